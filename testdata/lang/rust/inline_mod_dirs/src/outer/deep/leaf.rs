pub fn h() { super::super::inner::f() }
