pub mod schema;
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/out.rs"));
}
pub fn f() { schema::generate(); }
