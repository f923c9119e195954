#[path = "platform/linux_impl.rs"]
mod imp;
mod plain;
pub fn run() { imp::go(); plain::go(); }
