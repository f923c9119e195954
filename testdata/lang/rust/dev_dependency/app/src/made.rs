// Stands for the macro of the crate `quote`: its tokens are for another crate.
macro_rules! quote { ($($all:tt)*) => { stringify!($($all)*) }; }
pub fn code() -> &'static str { quote!(impl crate::Own { fn new() -> crate::words::Word {} }) }
