pub trait Bound { type Out; fn make() -> Self::Out; }
pub trait More: Bound {}
