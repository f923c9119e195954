use crate::solver::{Consts, Plain};
pub fn f(_: Consts, _: Plain) {
    crate::solver::Nowhere::new();
}
