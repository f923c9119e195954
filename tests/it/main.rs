//! The one integration test binary.

mod crates;
mod commands;
mod demo;
mod history;
mod hostile;
mod lang;
mod systems;
mod tidy;
