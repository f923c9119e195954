pub trait Loud {
    fn shout() -> Self;
}

impl Loud for std::string::String {
    fn shout() -> Self {
        Self::new()
    }
}
