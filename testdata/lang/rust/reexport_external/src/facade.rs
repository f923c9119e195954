pub use std::collections::BTreeMap;
pub use std::collections::hash_map as maps;

pub struct Own;
