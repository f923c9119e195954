pub use crate::link::Link;
