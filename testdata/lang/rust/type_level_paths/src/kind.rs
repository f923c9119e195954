pub enum Kind { Red, Green(u8), Blue { deep: u8 } }
impl Kind { pub const ALL: u8 = 3; }
