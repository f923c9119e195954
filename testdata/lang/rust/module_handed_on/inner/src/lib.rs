pub mod part;

pub fn run() {}
