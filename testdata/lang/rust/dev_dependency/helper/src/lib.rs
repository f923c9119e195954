pub struct Tool;
