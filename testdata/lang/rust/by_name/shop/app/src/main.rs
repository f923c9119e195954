use hidden::Secret;
use kit_core::{Base, More};
use old::Old;
fn main() {}
