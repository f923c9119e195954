pub mod b;
pub fn in_a() {}
