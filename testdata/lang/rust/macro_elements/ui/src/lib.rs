pub mod link;
pub mod prelude;
#[macro_export]
macro_rules! html { ($($t:tt)*) => {}; }
