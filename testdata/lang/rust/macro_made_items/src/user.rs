use crate::{flags::Flags, ids::UserId, regex::Regex};
pub fn f(_: Regex, _: UserId, _: Flags) {}
