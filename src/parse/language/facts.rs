//! Facts of one file under construction, alike for all languages.
//!
//! In: what the file itself says, then its references as they are resolved. Out: [`FileFacts`].
//! Invariant: each name once; no reference to the file itself; all lists sorted at the end.
//! Never: decides where a name leads.

use rustc_hash::FxHashMap;

use crate::model::{
    Declaration, EdgeKind, FileFacts, FileId, FunctionRange, Labels, Position, Reference,
    TypeCounts, Unresolved, UnresolvedReason,
};

/// What a file says without the help of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    /// Lines of the file.
    pub(crate) lines: u32,
    /// Cyclomatic number summed over functions.
    pub(crate) complexity: u32,
    /// Abstract and concrete types declared here.
    pub(crate) types: TypeCounts,
    /// Named things that other files can refer to.
    pub(crate) declarations: Vec<Declaration>,
    /// Functions with their lines.
    pub(crate) functions: Vec<FunctionRange>,
}

/// Where a reference stands and what marks it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// What kind of dependency it is.
    pub(crate) kind: EdgeKind,
    /// What tells it apart from an ordinary one.
    pub(crate) labels: Labels,
    /// Where it is written.
    pub(crate) at: Position,
}

impl Place {
    /// A place without labels.
    pub(crate) const fn new(kind: EdgeKind, at: Position) -> Self {
        Self {
            kind,
            labels: Labels::NONE,
            at,
        }
    }

    /// The place with those labels, too.
    pub(crate) const fn with(self, labels: Labels) -> Self {
        Self {
            labels: self.labels.with(labels),
            ..self
        }
    }
}

/// Facts to which references are added.
pub(crate) struct FactsBuilder<'a> {
    /// What is known so far.
    facts: FileFacts,
    /// The file itself, to which no reference is kept.
    file: FileId,
    /// Labels of every reference.
    labels: Labels,
    /// Numbers of names, by text.
    names: FxHashMap<&'a str, u32>,
}

impl<'a> FactsBuilder<'a> {
    /// The facts of `file` of the namespace `module`, without references.
    pub(crate) fn new(file: FileId, module: String, own: Own) -> Self {
        let facts = FileFacts {
            module,
            lines: own.lines,
            complexity: Some(own.complexity),
            types: own.types,
            declarations: own.declarations,
            functions: own.functions,
            ..FileFacts::default()
        };
        Self {
            facts,
            file,
            labels: Labels::NONE,
            names: FxHashMap::default(),
        }
    }

    /// Marks every reference that is added from now on.
    pub(crate) const fn mark(&mut self, labels: Labels) {
        self.labels = labels;
    }

    /// Counts a reference that ended in the tree.
    pub(crate) const fn resolved(&mut self) {
        self.facts.tally.resolved += 1;
    }

    /// Counts a reference to the standard library or a third party.
    pub(crate) const fn external(&mut self) {
        self.facts.tally.external += 1;
    }

    /// Counts and keeps a reference that led nowhere.
    pub(crate) fn unresolved(
        &mut self,
        text: impl Into<Box<str>>,
        reason: UnresolvedReason,
        at: Position,
    ) {
        match reason {
            UnresolvedReason::Ambiguous => self.facts.tally.ambiguous += 1,
            _ => self.facts.tally.unresolved += 1,
        }
        let text = text.into();
        self.facts.unresolved.push(Unresolved { text, reason, at });
    }

    /// Counts and keeps imports whose path only a run of the program computes, as written.
    pub(crate) fn computed(&mut self, imports: &[(Box<str>, Position)]) {
        for (text, at) in imports {
            self.unresolved(text.clone(), UnresolvedReason::Computed, *at);
        }
    }

    /// Adds a reference to `name` of the file `to`, unless that is the file itself.
    ///
    /// `via` is the file that hands the name on.
    pub(crate) fn refer(
        &mut self,
        to: FileId,
        via: Option<FileId>,
        name: Option<&'a str>,
        place: Place,
    ) {
        let via = via.filter(|via| *via != to && *via != self.file);
        self.refer_by(to, via, name, place);
    }

    /// The same where `via` may be the file itself: one of its modules hands the name to another.
    pub(crate) fn refer_by(
        &mut self,
        to: FileId,
        via: Option<FileId>,
        name: Option<&'a str>,
        place: Place,
    ) {
        if to == self.file {
            return;
        }
        let name = name.map(|name| self.name(name));
        self.facts.references.push(Reference {
            to,
            via,
            name,
            kind: place.kind,
            labels: place.labels.with(self.labels),
            at: place.at,
        });
    }

    /// The number of a name, kept once for all references to it.
    fn name(&mut self, text: &'a str) -> u32 {
        let names = &mut self.facts.names;
        *self.names.entry(text).or_insert_with(|| {
            names.push(text.into());
            u32::try_from(names.len() - 1).expect("fewer names than bytes in a file")
        })
    }

    /// The facts, in source order.
    pub(crate) fn finish(mut self) -> FileFacts {
        let references = &mut self.facts.references;
        references.sort_by_key(|found| (found.at, found.kind, found.to, found.name));
        references.dedup();
        let unresolved = &mut self.facts.unresolved;
        unresolved.sort_by(|a, b| (a.at, &a.text).cmp(&(b.at, &b.text)));
        self.facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_sorted_and_once_and_names_once() {
        let (own, other) = (FileId::new(0), FileId::new(1));
        let mut facts = FactsBuilder::new(own, "m".to_owned(), Own::default());
        facts.mark(Labels::TEST);
        let place = |line| Place::new(EdgeKind::Reference, Position::new(line, 1));
        facts.refer(other, Some(own), Some("b"), place(2));
        facts.refer(other, None, Some("b"), place(2));
        facts.refer(own, None, Some("a"), place(2));
        facts.refer(other, Some(other), Some("b"), place(1).with(Labels::CFG));
        facts.unresolved("x", UnresolvedReason::Ambiguous, Position::new(1, 1));
        let facts = facts.finish();
        assert_eq!(*facts.names, ["b".into()]);
        let lines = facts.references.iter().map(|found| found.at.line);
        assert_eq!(lines.collect::<Vec<_>>(), [1, 2]);
        let labels = facts.references.iter().map(|found| found.labels);
        let cfg = Labels::TEST.with(Labels::CFG);
        assert_eq!(labels.collect::<Vec<_>>(), [cfg, Labels::TEST]);
        assert_eq!((facts.tally.ambiguous, facts.tally.unresolved), (1, 0));
    }
}
