#[derive(Default)]
pub enum Thing {
    #[default]
    Small,
    Large(u32),
}

impl Thing {
    pub fn open() -> Vec<Self> {
        let inner = |thing: &Self| matches!(thing, Self::Small | Self::Large(_));
        let all = vec![Self::make(Self::LIMIT), Self::own()];
        all.into_iter().filter(inner).collect()
    }

    fn own() -> Self {
        Self::Large(1)
    }
}
