use crate::reply::Reply;

macro_rules! code {
    ($name:ident, $code:expr) => {
        #[allow(non_snake_case)]
        pub fn $name() -> Reply {
            Reply($code)
        }
    };
}

impl Reply {
    code!(Ok, 200);
    code!(Gone, plain(410));
}

const fn plain(code: u16) -> u16 {
    code
}
