pub fn go() {
    crate::child::go();
}
