mod blind;
mod ext;
mod other;
mod user;

mod prelude {
    pub use crate::ext::Loud;
}
