pub mod util;
use util::local;
pub fn f() { local(); crate::util::helper(); }
