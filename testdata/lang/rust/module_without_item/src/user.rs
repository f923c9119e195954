use crate::made::Generated;

#[doc = note!()]
pub fn f(_: Generated) {}

outside::check!(crate::made::Kept: !Send);
