#![cfg(feature = "full")]
pub fn f() { crate::join!(1); }
