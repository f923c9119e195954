//! What an organisation needs of the repository.
//!
//! In: [`View`]. Out: a part.
//! Invariant: one repository, as it was read in this run.
//! Never: a part of a saved analysis, which does not hold what others need.

use std::io::{self, Write};

use super::view::reporter::{Reads, Reporter, View};

pub(super) const REPORTER: Reporter = Reporter {
    id: "part",
    about: "what an organisation needs of one repository, without its code; given as PATH beside other parts",
    reads: Reads::All,
    render,
};

/// Writes the part as one line of JSON; an error where the analysis was not made of a folder.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let missing =
        || io::Error::other("a part is made of a folder, not of a saved analysis or of parts");
    let part = view.analysis.part.as_ref().ok_or_else(missing)?;
    serde_json::to_writer(&mut *sink, part)?;
    writeln!(sink)
}
