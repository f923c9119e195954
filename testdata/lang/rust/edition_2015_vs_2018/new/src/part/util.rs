pub fn local() {}
