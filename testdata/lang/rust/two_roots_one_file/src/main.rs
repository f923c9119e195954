mod shared;
mod config { pub struct Config; }
fn main() { shared::run(); }
