//! Articles: reading, publishing and the front page.

pub mod front_page;
pub mod publishing;
pub mod reading;
pub mod stats;
pub mod table;
