//! What a run goes by: flags and configuration file, resolved once.
//!
//! In: [`Flags`], `seamline.toml`. Out: settings that the pipeline takes, and the policy of the gate.
//! Invariant: a flag wins over the file, the file over a default.
//! Never: what a command does with it.

mod file;
mod nearest;
mod policy;
mod schema;
mod settings;
mod simulate;
mod traces;

pub use file::{BoundariesEntry, Config, ConfigError, CutEntry, FILE_NAME, ServiceEntry};
pub use nearest::nearest;
pub use schema::schema;
pub use settings::{
    Flags, Found, SettingsError, folder, parts_in, resolve, trace_inputs, trace_limits,
};
pub use traces::Traces;
