mod detail;
pub fn go() { detail::step() }
