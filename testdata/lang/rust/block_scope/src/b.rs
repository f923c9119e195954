pub fn go() {}
pub fn stay() {}
