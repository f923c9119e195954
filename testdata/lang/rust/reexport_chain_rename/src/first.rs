pub use crate::def::Original as Renamed;
