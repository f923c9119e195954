pub struct Real;
