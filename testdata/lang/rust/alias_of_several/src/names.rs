use crate::base::Many;

pub type Names = Many<u16>;

impl From<u16> for Names {
    fn from(value: u16) -> Self {
        Many(value)
    }
}
