pub struct C;
pub struct D;
