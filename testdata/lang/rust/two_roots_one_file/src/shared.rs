use crate::config::Config;
pub fn run() -> Config { Config }
