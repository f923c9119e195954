pub struct Reply(pub u16);

impl Reply {
    pub fn plain() -> Self {
        Reply(200)
    }
}
