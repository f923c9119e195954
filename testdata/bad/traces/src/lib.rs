pub fn sound() {}
