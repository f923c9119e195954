pub struct Secret;
