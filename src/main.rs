//! The `seamline` binary.
fn main() {}
