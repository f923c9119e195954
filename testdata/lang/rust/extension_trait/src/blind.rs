fn f() -> Vec<u8> {
    Vec::shout()
}

fn g() -> String {
    String::shout()
}
