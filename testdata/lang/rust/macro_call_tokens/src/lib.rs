pub mod a;
pub mod b;
pub mod c;
pub mod d;
macro_rules! odd { ($($t:tt)*) => {}; }
pub fn f() {
    println!("{} b::text()", a::value());
    let _ = stringify!(crate::b::value());
    odd!(key => crate::c::value(); with "crate::b" and 'x' { d::Value });
    let _ = concat!("crate::b::value", 1);
}
