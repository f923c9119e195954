use crate::ext::Loud as _;

fn f() -> Vec<u8> {
    Vec::new()
}
