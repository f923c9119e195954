use kernel::Start;
fn main() { let _ = Start; }
