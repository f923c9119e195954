use proc_macro::TokenStream;
#[proc_macro_derive(Thing, attributes(thing))]
pub fn derive_thing(_: TokenStream) -> TokenStream { TokenStream::new() }
#[proc_macro_attribute]
pub fn wrap(_: TokenStream, item: TokenStream) -> TokenStream { item }
#[cfg_attr(feature = "old", proc_macro_derive(Other, attributes(thing, old)))]
#[cfg_attr(not(feature = "old"), proc_macro_derive(Other, attributes(thing)))]
pub fn derive_other(_: TokenStream) -> TokenStream { TokenStream::new() }
