pub mod util;
use util::helper;
pub fn f() { helper(); ::util::helper(); util::local(); }
