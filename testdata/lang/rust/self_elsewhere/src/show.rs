use crate::thing::Thing;

pub trait Show: Sized {
    fn make() -> Self;

    fn show() -> Self {
        Self::make()
    }
}

impl Show for Thing {
    fn make() -> Self {
        // The type's own function comes before that of the trait.
        Self::make(2)
    }
}

impl<T: Default> Show for Vec<T> {
    fn make() -> Self {
        Self::new()
    }
}
