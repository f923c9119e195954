pub struct Original;
