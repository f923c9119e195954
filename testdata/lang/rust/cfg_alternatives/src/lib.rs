#[cfg(unix)]
#[path = "unix.rs"]
mod imp;
#[cfg(windows)]
#[path = "windows.rs"]
mod imp;
#[cfg_attr(target_os = "linux", path = "fast.rs")]
#[cfg_attr(not(target_os = "linux"), path = "slow.rs")]
mod speed;
pub fn f() { imp::go(); speed::go(); }
