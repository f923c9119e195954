pub fn parse() -> crate::Opts { crate::Opts }
