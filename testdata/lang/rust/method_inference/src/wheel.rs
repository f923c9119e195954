pub struct Wheel { pub size: u8 }
impl Wheel { pub fn spin(&self) {} }
