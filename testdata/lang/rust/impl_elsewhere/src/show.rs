pub trait Show { fn show(&self); }
