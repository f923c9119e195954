pub fn f() { ::codec::encode(); crate::codec::decode(); }
