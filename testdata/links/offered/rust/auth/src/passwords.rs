pub fn is_weak(text: &str) -> bool {
    text.len() < 8
}
