use crate::a::InB;
use crate::b::InA;
pub fn f(_: InA, _: InB) {}
