pub mod real;
#[cfg(test)]
mod checks;
#[cfg(all(test, unix))]
mod inline {
    #[test]
    fn t() { crate::real::work(); }
}
#[test]
fn alone() { real::work(); }
