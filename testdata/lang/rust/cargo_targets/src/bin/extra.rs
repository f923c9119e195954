fn main() { demo::lib(); }
