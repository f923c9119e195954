pub fn setup() { demo::lib(); }
