pub mod util;
pub mod part;
