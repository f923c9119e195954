use demo::base::Many;

struct Own;

impl demo::base::Named for Many<Own> {
    fn named() -> u8 {
        0
    }
}

fn main() {}
