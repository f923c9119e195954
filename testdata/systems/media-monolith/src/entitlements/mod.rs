//! Entitlements: who may read what.

pub mod grants;
