#[macro_use]
mod root;

macro_rules! hidden {
    ($(#[$meta:meta])* $vis:vis mod $module:ident) => {
        $(#[$meta])*
        $vis mod $module;
    };
}

macro_rules! modules {
    ($($module:ident => $($name:ident),+);* $(;)?) => {
        $(
            mod $module;
            pub use self::$module::{$($name),+};
        )*
    };
}

macro_rules! twice {
    () => { mod never; twice!(); twice!(); };
}

root!();
hidden!(pub mod util);
modules! { first => One; second => Two, Three; }
