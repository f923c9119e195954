use crate::used::Used;
pub fn f(_: Used) {}
