pub mod table;
pub mod data;
