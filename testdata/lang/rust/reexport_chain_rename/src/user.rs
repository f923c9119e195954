use crate::second::Again;
pub fn f(_: Again) {}
