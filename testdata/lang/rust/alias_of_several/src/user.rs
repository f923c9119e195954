use crate::names::Names;

pub fn make() -> (Names, u16) {
    (Names::from(1), 2)
}

pub fn named() -> u8 {
    crate::base::Many::<u8>::named()
}
