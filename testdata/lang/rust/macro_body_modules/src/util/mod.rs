use crate::{Reader, Three};

pub fn take(_: Reader, _: Three) {}
