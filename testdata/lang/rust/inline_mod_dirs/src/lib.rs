pub mod outer {
    pub mod inner;
    #[path = "other.rs"]
    pub mod renamed;
    pub mod deep { pub mod leaf; }
}
pub fn run() { outer::inner::f(); outer::renamed::g(); outer::deep::leaf::h(); }
