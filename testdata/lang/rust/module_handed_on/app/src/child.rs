pub fn go() {
    super::whole::run();
}
