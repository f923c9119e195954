mod part;
fn main() { part::p(); }
