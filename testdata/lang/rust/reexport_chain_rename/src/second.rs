pub use super::first::Renamed as Again;
