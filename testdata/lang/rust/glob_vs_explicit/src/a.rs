pub struct Config;
pub struct Other;
