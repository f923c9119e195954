use crate::thing::Thing;
pub fn f(thing: Thing) { thing.show(); }
pub fn g() -> Thing { Thing::make() }
