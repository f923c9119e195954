mod child;
mod route;
mod text;
mod view;
pub use child::Child;
pub use route::Route;
pub use text::Text;
