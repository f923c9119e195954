//! The one database.

use media_common::Db;

/// What every module reads and writes.
pub type Store = Db;

/// Opens the database and fills it when it is new.
pub fn open() -> Store {
    Db::open("DATABASE_URL", "sqlite:///data/media.db", include_str!("schema.sql"))
}
