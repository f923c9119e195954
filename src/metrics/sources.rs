//! Which source the load of a run is taken from.
//!
//! In: load of spans by file, [`MeasuredLoad`](crate::model::MeasuredLoad)s. Out: one source's load in [`Attribution`].
//! Invariant: weights of two sources are never added; the source that tells of most programs counts, of several
//! a profile before spans, and spans before an access log.
//! Never: a source that is left out without a word.

use std::collections::BTreeSet;

use super::measured::{self, Measured};
use super::metric::Load;
use super::places::{Attribution, Index};
use crate::model::{CallProfile, FileId, LoadSource, Notification};

/// Puts the load of the best source in place.
pub(super) fn choose(found: &mut Attribution, profile: &CallProfile, index: &Index<'_>) {
    let mut all: Vec<Measured> = Vec::new();
    if let Some(source) = found.source.take() {
        let files = std::mem::take(&mut found.files);
        all.push(Measured { files, source });
    }
    let measured = profile.measured.iter();
    all.extend(measured.map(|load| measured::attribute(load, index)));
    // Stable: profiles stand by their unit, time before samples.
    all.sort_by_key(|one| {
        (
            std::cmp::Reverse(programs(&one.files, index)),
            one.source.kind,
        )
    });
    let mut all = all.into_iter();
    let Some(best) = all.next() else { return };
    let what = best.source.what();
    found
        .notifications
        .extend(all.map(|other| passed_over(&other.source, &what)));
    (found.files, found.share) = (best.files, best.source.found);
    found.source = Some(best.source);
}

/// The services that a file with load belongs to; what belongs to none is one program.
fn programs(files: &[Option<Load>], index: &Index<'_>) -> usize {
    let loaded = files.iter().enumerate().filter(|(_, load)| load.is_some());
    let owners = loaded.map(|(at, _)| index.project.source(FileId::new(at)).service);
    owners.collect::<BTreeSet<_>>().len()
}

/// That a source of load is left out, and for which other.
fn passed_over(other: &LoadSource, what: &str) -> Notification {
    let message = format!(
        "load is that of {what}; {} is not added to it, since the two cannot be compared",
        other.what()
    );
    Notification::note("load-source", message)
}
