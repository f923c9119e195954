pub struct Link<T>(pub T);
