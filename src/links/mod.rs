//! Service-to-service links found without running anything.
//!
//! In: [`Project`](crate::model::Project), the text of each file once.
//! Out: [`StaticLinks`](crate::model::StaticLinks).
//! Invariant: every link keeps a file and a line; infrastructure is neither caller nor target.
//! Never: a link from start order alone, from vendored, generated or test code.
//!
//! Two storeys: `signs` below tell what one file says, `evidence` above what the signs of
//! several files and manifests mean together. An address in one file, the name of a service in
//! another and the port that a third one publishes are three signs; only together they are a link.

mod across;
mod beans;
mod conduits;
mod evidence;
mod reader;
mod signs;

pub use across::across;
pub use conduits::through;
pub use evidence::{EVIDENCE, Evidence};
pub use reader::{Kept, Reader};
