pub mod a;
pub mod r#type;
pub mod user;
