use super::*;
use ui::prelude::*;
pub fn view() {
    ui::html! {
        <div onclick={go}>
            <Child name="Text" />
            <Link<Route> to={1}>{ "Text" } Text</Link<Route>>
        </div>
    }
}
pub fn tokens() {
    let _ = quote! { <Text /> };
    ui::html! { if Text < Text { other Vec<Text> } }
}
