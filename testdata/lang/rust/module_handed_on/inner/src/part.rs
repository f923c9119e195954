pub struct Gear;

impl Gear {
    pub fn make() -> Self {
        Self
    }
}
