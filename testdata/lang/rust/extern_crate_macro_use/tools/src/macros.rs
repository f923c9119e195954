#[macro_export]
macro_rules! twice { ($e:expr) => { $e; $e; }; }
