pub mod used;
