use crate::real::work;
fn t() { work(); helper::assist(); }
