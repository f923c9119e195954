pub mod a;
pub mod b;
pub mod mid;
pub mod user;
