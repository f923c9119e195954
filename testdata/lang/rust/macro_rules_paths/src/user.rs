pub fn f() { run!(1); local!(); }
pub fn nothing() {}
