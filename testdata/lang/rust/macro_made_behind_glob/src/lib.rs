pub mod solver;
pub mod user;
