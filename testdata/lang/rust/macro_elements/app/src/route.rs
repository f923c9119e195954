pub struct Route;
