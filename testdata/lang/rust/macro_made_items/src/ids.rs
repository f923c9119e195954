macro_rules! id { ($name:ident) => { pub struct $name(pub u32); }; }
id!(UserId);
