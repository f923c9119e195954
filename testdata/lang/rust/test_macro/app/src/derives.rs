use kinds::Shown;

#[derive(Shown)]
pub struct A;
