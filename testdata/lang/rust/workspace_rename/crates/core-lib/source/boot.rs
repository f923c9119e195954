pub mod start;
pub use start::Start;
