//! The one integration test binary.

mod crates;
mod history;
mod hostile;
mod lang;
mod systems;
mod tidy;
