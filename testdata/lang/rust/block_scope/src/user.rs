use crate::b::stay;
pub fn f() {
    mod b { pub fn go() {} }
    use crate::a::go as stay;
    b::go();
    stay();
}
pub fn g() { let stay = 1; let _ = stay; }
pub fn h(stay: u8) -> u8 { stay }
