outside::generate!(3);

pub struct Kept;
