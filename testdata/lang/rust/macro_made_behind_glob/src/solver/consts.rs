macro_rules! interned { ($store:ident, $name:ident) => { pub struct $store; pub struct $name(pub u32); }; }
interned!(Store, Consts);
