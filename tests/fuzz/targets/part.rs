//! Any bytes behind the first ones of the part of a repository: refused with a reason, or a whole of one.
#![no_main]

use seamline::knowledge::Knowledge;
use seamline::part::{Part, whole};

libfuzzer_sys::fuzz_target!(|rest: &[u8]| {
    let mut bytes = b"{\"part\":".to_vec();
    bytes.extend_from_slice(rest);
    if let Ok(part) = Part::read(&bytes, "fuzz.part") {
        let _ = whole(vec![part], &Knowledge::default());
    }
});
