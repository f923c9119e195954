pub struct Two;
pub struct Three;
