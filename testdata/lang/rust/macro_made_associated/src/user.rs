use crate::reply::Reply;

pub fn all() -> [Reply; 2] {
    [Reply::Gone(), Reply::plain()]
}
