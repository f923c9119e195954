pub use log::*;
