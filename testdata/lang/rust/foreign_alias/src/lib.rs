pub mod classes;
pub mod own;
pub mod user;
pub type Value = outside::Text;
pub type Own = own::Real;
pub trait Shown { fn shown(); }
