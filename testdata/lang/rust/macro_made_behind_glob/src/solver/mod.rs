mod consts;
mod plain;
pub use consts::*;
pub use plain::*;
