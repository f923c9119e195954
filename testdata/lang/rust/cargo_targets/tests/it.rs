mod common;
#[test]
fn t() { common::setup(); }
