//! The one integration test binary.

extern crate self as libfuzzer_sys;

mod agreement;
mod browser;
mod commands;
mod crates;
mod demo;
mod formats;
mod fuzz;
mod gate;
mod goldens;
mod history;
mod hostile;
mod lang;
mod links;
mod load;
mod options;
mod organisation;
mod properties;
mod readme;
mod services;
mod shapes;
mod systems;
mod threats;
mod tidy;
