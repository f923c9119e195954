use facade::Thing;
#[derive(Thing)]
pub struct Two;
