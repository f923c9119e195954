//! Users: who they are and which partner brought them.

pub mod account;
pub mod partners;
pub mod profiles;
