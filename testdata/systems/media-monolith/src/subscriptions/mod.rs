//! Subscriptions: plans that users take and cancel, and notices of what is new.

pub mod notices;
pub mod plans;
