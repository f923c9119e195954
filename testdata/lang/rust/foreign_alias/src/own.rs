pub struct Real;
impl From<u8> for Real { fn from(_: u8) -> Self { Real } }
