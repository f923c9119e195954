//! The one integration test binary.

mod history;
mod lang;
mod tidy;
