pub fn assist() {}
