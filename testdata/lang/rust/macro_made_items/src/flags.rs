macro_rules! flags { ($($all:tt)*) => { $($all)* }; }
flags! {
    pub struct Flags: u32 { const A = 1; }
}
