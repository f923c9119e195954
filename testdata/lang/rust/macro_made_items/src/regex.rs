macro_rules! define {
    ($(#[$doc:meta])*) => {
        $(#[$doc])*
        pub struct Regex<A = u8> { pub inner: A }
    };
}
define!(
    /// Only a comment.
);
