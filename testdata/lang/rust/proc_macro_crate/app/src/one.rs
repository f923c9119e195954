#[derive(Clone, thing_derive::Thing, thing_derive::Other)]
#[thing(skip)]
pub struct One;
#[thing_derive::wrap]
pub fn wrapped() {}
