//! What every service of the platform needs: calls to other services ([`Api`]), events
//! ([`Broker`]), tables ([`Db`]) and one way to fail ([`Failure`]).

mod api;
mod broker;
mod db;
mod failure;

pub use api::Api;
pub use broker::Broker;
pub use db::Db;
pub use failure::{Answer, Failure};
