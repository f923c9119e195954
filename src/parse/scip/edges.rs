//! Turns the occurrences of one document into the references of its file.
//!
//! In: occurrences, definitions by symbol, the parser's own references. Out: the file's new references.
//! Invariant: the index decides where a name leads; labels, finer kinds and `via` stay the parser's.
//! Never: an edge for containment (`mod x;`), or for a module that a path only passes through.

use std::collections::BTreeMap;

use super::document::{Document, Occurrence};
use crate::model::{EdgeKind, FileFacts, FileId, Labels, Reference, Tally};

/// What the parser found in a file, by line.
struct Known {
    /// References by the line that they stand on.
    lines: BTreeMap<u32, Vec<Reference>>,
    /// Labels that all of it shares.
    shared: Labels,
}

impl Known {
    /// Sorts what the parser found by line.
    fn new(references: Vec<Reference>) -> Self {
        let mut lines: BTreeMap<u32, Vec<Reference>> = BTreeMap::new();
        let shared = shared(&references);
        for reference in references {
            lines.entry(reference.at.line).or_default().push(reference);
        }
        Self { lines, shared }
    }

    /// What the parser found on a line.
    fn on(&self, line: u32) -> &[Reference] {
        self.lines.get(&line).map_or(&[], |found| found)
    }

    /// The parser's reference of one layer to a file: at a place if there is one, else on its line.
    fn same(&self, occurrence: &Occurrence<'_>, to: FileId) -> Option<&Reference> {
        let fits = |it: &&Reference| it.to == to && imports(it.kind) == occurrence.is_module();
        let line = self.on(occurrence.at.line);
        let exact = line.iter().filter(fits).find(|it| it.at == occurrence.at);
        exact.or_else(|| line.iter().find(fits))
    }

    /// Whether the parser found an import of the file, anywhere.
    fn imports(&self, to: FileId) -> bool {
        let mut all = self.lines.values().flatten();
        all.any(|it| it.to == to && imports(it.kind))
    }

    /// Labels for a name that the parser does not know: those that its line shares, else the
    /// whole file.
    ///
    /// Only labels of the place count. `FACADE` and the like say where another name leads.
    fn labels(&self, line: u32) -> Labels {
        let found = match self.on(line) {
            [] => self.shared,
            found => shared(found),
        };
        found.common(PLACE)
    }
}

/// Labels that come from the place of a name, not from where it leads.
const PLACE: Labels = Labels::TEST
    .with(Labels::CFG)
    .with(Labels::BUILD)
    .with(Labels::TYPE_ONLY);

/// Whether an edge belongs to the layer of imports, not to that of symbols.
const fn imports(kind: EdgeKind) -> bool {
    matches!(kind, EdgeKind::Import | EdgeKind::Reexport)
}

/// Labels that all references have; none without references.
fn shared(references: &[Reference]) -> Labels {
    let labels = references.iter().map(|it| it.labels);
    labels.reduce(Labels::common).unwrap_or(Labels::NONE)
}

impl Occurrence<'_> {
    /// Whether the symbol is a module, or a package.
    fn is_module(&self) -> bool {
        self.symbol.ends_with('/')
    }

    /// Whether the path goes on, from this module to one declared in it.
    ///
    /// From `…/shop/` to `…/shop/cart/`, but not to `…/shop/cart/total/`: exactly one more part.
    fn goes_on(&self, next: Option<&Occurrence<'_>>) -> bool {
        let folder = self.symbol.trim_end_matches("crate/");
        let inner = next.filter(|next| next.is_module() && next.symbol != self.symbol);
        inner
            .and_then(|next| next.symbol.strip_prefix(folder))
            .is_some_and(|rest| rest.matches('/').count() == 1)
    }

    /// Whether `next` follows after `::` alone.
    fn touches(&self, next: Option<&Occurrence<'_>>) -> bool {
        next.is_some_and(|next| next.at.line == self.at.line && next.at.column == self.end + 2)
    }
}

/// Replaces the references of `file` by those of its document.
///
/// Occurrences are taken in source order, since whether a module is passed through depends on
/// what follows it. Definitions, targets in the file itself and names outside of the index
/// leave no edge.
pub(super) fn write(
    facts: &mut FileFacts,
    file: FileId,
    document: &Document<'_>,
    defined: &BTreeMap<&str, Vec<FileId>>,
) {
    let known = Known::new(std::mem::take(&mut facts.references));
    facts.names.clear();
    facts.unresolved.clear();
    facts.tally = Tally::default();
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut sorted: Vec<&Occurrence<'_>> = document.occurrences.iter().collect();
    sorted.sort_by_key(|occurrence| occurrence.at);
    for (number, occurrence) in sorted.iter().enumerate() {
        let next = sorted.get(number + 1).copied();
        let Some(to) = target(facts, file, occurrence, &known, defined) else {
            continue;
        };
        if occurrence.is_module() && is_no_import(facts, occurrence, next, to, &known) {
            continue;
        }
        let name = (!occurrence.is_module()).then(|| {
            let name = last_name(occurrence.symbol);
            *numbers.entry(name).or_insert_with(|| {
                facts.names.push(name.into());
                u32::try_from(facts.names.len() - 1).unwrap_or(u32::MAX)
            })
        });
        facts
            .references
            .push(reference(occurrence, to, name, &known));
    }
    facts
        .references
        .sort_by_key(|reference| (reference.at, reference.kind, reference.to));
}

/// The other file that an occurrence leads to; counts how it was found.
///
/// A definition leads nowhere. Of several files that define a symbol, the one counts that the
/// parser refers to on the same line, else the file itself. `None` without such is counted as
/// ambiguous: to take the first would tie the file to whatever the index lists first.
fn target(
    facts: &mut FileFacts,
    file: FileId,
    occurrence: &Occurrence<'_>,
    known: &Known,
    defined: &BTreeMap<&str, Vec<FileId>>,
) -> Option<FileId> {
    if occurrence.defines {
        return None;
    }
    let Some(targets) = defined.get(occurrence.symbol) else {
        facts.tally.external += 1;
        return None;
    };
    // Targets of one package may share a symbol: the parser tells which is meant.
    let line = known.on(occurrence.at.line);
    let meant = || line.iter().find(|it| targets.contains(&it.to));
    let to = match targets.as_slice() {
        [one] => Some(*one),
        _ => meant()
            .map(|it| it.to)
            .or_else(|| targets.contains(&file).then_some(file)),
    };
    match to {
        Some(_) => facts.tally.resolved += 1,
        None => facts.tally.ambiguous += 1,
    }
    to.filter(|to| *to != file)
}

/// Whether a module's name declares it, or is passed on the way to one inside.
///
/// `shop` in `use shop::cart::Cart` is passed on the way to `cart`; the import is of `cart`
/// alone.
fn is_no_import(
    facts: &FileFacts,
    occurrence: &Occurrence<'_>,
    next: Option<&Occurrence<'_>>,
    to: FileId,
    known: &Known,
) -> bool {
    let declared = facts.contains.contains(&to) && known.on(occurrence.at.line).is_empty();
    let passed = occurrence.goes_on(next) && (occurrence.touches(next) || !known.imports(to));
    declared || passed
}

/// The new reference: target and place by the index, kind, labels and `via` by the parser,
/// where it has one to the same file.
fn reference(
    occurrence: &Occurrence<'_>,
    to: FileId,
    name: Option<u32>,
    known: &Known,
) -> Reference {
    let same = known.same(occurrence, to);
    let plain = if occurrence.is_module() {
        EdgeKind::Import
    } else {
        EdgeKind::Reference
    };
    Reference {
        to,
        via: same.and_then(|it| it.via),
        name,
        kind: same.map_or(plain, |it| it.kind),
        labels: same.map_or_else(|| known.labels(occurrence.at.line), |it| it.labels),
        at: occurrence.at,
    }
}

/// The name of the last descriptor of a symbol: `Cart` of `… src/cart.ts/Cart#total().` is `total`.
fn last_name(symbol: &str) -> &str {
    let end = symbol.trim_end_matches(['.', '#', '/', ')', '(', ':', '!', ']', '`', '+']);
    let start = end
        .rfind(['.', '#', '/', '(', ':', '[', '`', ' '])
        .map_or(0, |at| at + 1);
    end.get(start..).unwrap_or(end)
}
