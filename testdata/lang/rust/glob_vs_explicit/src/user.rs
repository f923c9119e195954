pub fn take(_: crate::mid::Config, _: crate::mid::Other) {}
