use crate::kind::Kind::{self, *};
pub fn f<T>(k: Kind, _: <T as crate::bound::Bound>::Out) -> u8
where
    T: crate::bound::More,
{
    match k {
        Kind::Red => Kind::ALL,
        Green(n) => n,
        Blue { deep } => deep,
    }
}
pub struct Holder<T: crate::bound::Bound>(pub T);
pub type Alias = Option<Box<dyn Fn(Kind) -> [Kind; Kind::ALL as usize]>>;
