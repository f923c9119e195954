pub fn f() { super::renamed::g() }
