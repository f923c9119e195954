use crate::*;

pub fn all(names: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = names.iter().copied().map(str::to_owned).collect();
    all.push(u32::MAX.to_string());
    all
}

pub mod loud {
    use crate::*;

    pub fn loud() -> String {
        str::shout("a")
    }
}
