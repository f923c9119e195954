pub extern crate inner as whole;
pub use inner::part;
