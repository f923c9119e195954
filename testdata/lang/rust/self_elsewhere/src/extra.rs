use crate::thing::Thing;

impl Thing {
    pub const LIMIT: u32 = 3;

    pub fn make(size: u32) -> Self {
        Self::Large(size.min(Self::LIMIT))
    }
}
