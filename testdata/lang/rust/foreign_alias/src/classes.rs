use crate::{Shown, Value};
pub struct Classes;
impl From<Classes> for Value { fn from(_: Classes) -> Self { loop {} } }
impl Shown for Value { fn shown() {} }
