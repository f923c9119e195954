use kinds::Shown;

pub struct A;

impl Shown for A {}
