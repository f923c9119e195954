pub struct Value;
