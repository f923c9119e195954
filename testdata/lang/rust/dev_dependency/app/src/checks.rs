#[test]
fn works() { let _ = (helper::Tool, crate::Own); }
