use crate::{a::{self, b::{C, D as Delta}}, r#type::{T as _, *}};
use self::nested::*;
mod nested { pub use crate::a::in_a as renamed; }
pub fn f(_: C, _: Delta, _: T) { a::in_a(); renamed(); }
