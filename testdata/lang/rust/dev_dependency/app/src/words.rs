macro_rules! words { ($($all:tt)*) => { stringify!($($all)*) }; }
pub fn words() -> &'static str { words!(for the users of helper::Tool only) }
