use crate::value::{Plain, Value};
pub fn f() -> Value { Value::Error }
pub fn g() -> Plain { Plain::from(2u16) }
pub fn h() -> Result<Value, ()> { Value::try_from(3u8) }
