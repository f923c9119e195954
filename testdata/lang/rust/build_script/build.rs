#[path = "src/schema.rs"]
mod schema;
fn main() { schema::generate(); }
