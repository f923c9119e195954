pub fn g() { codec::encode(); }
