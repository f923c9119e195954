pub struct Many<T>(pub T);

impl<T> Many<T> {
    pub fn new(value: T) -> Self {
        Many(value)
    }
}

impl From<u8> for Many<u8> {
    fn from(value: u8) -> Self {
        Many(value)
    }
}

pub trait Named {
    fn named() -> u8;
}
