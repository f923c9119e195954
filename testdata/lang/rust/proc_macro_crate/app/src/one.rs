#[derive(Clone, thing_derive::Thing)]
#[thing(skip)]
pub struct One;
#[thing_derive::wrap]
pub fn wrapped() {}
