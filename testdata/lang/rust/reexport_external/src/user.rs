use crate::everything::Level;
use crate::facade::BTreeMap;

fn f(_: BTreeMap<u8, crate::facade::maps::DefaultHasher>, _: Level) {}
