macro_rules! root {
    () => {
        mod lib {
            pub use std::vec::Vec;
        }

        macro_rules! tri {
            ($e:expr) => {
                match $e {
                    Ok(value) => value,
                    Err(error) => return Err(error),
                }
            };
        }

        pub mod de;

        pub use self::de::{Reader, open};
    };
}
