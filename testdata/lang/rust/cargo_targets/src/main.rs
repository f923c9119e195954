mod cli;
pub struct Opts;
fn main() { cli::parse(); demo::lib(); }
