macro_rules! doc {
    ($item:item) => {
        #[macro_export]
        $item
    };
}
doc! { macro_rules! join { ($a:expr) => { $a }; } }
