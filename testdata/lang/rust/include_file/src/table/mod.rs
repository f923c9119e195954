pub mod entry;
include!("rows.rs");
include!(concat!(env!("OUT_DIR"), "/generated.rs"));
