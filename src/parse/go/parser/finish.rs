//! From offsets and symbols to positions and names that outlive the text.
//!
//! In: a parser at the end of its file. Out: [`Parsed`].
//! Invariant: references come in source order; only names that are used are kept.
//! Never: looks at tokens.

use super::extract::{Alias, Build, Declared, FileExtract, Import, Key, Use};
use super::{Parser, RawAlias};
use crate::parse::tokens::{Kept, Parsed};
use crate::source::lines::Lines;

impl Parser<'_> {
    /// Closes the file: places by line and column, names instead of symbols.
    ///
    /// Symbols borrow the text and die with it; names are copied, and only those that are used.
    pub(super) fn finish(mut self, build: Build, conditional: bool) -> Parsed<FileExtract> {
        let lines = Lines::new(self.text());
        let references = self.references(&lines);
        let mut kept = Kept::new(&self.symbols);
        let imports = std::mem::take(&mut self.state.imports);
        let shapes = std::mem::take(&mut self.state.shapes);
        let state = &self.state;
        let imports = imports.into_iter().map(|import| Import {
            path: import.path,
            alias: alias(&import.alias, &mut kept),
            at: lines.position(import.offset as usize),
        });
        let imports = imports.collect();
        let declarations = state.declarations.iter().map(|decl| Declared {
            name: kept.name(decl.name.symbol),
            kind: decl.kind,
            at: lines.position(decl.name.offset as usize),
            shape: decl.shape,
        });
        let declarations = declarations.collect();
        let uses = state.uses.iter().map(|&(symbol, selected)| Use {
            name: kept.name(symbol),
            selected: selected.map(|symbol| kept.name(symbol)),
        });
        let uses = uses.collect();
        let keys = state.keys.iter().map(|&(shape, key)| Key {
            shape,
            place: key.place(&lines),
        });
        let extract = FileExtract {
            package: kept.name(state.package),
            build,
            conditional,
            imports,
            declarations,
            uses,
            references,
            keys: keys.collect(),
            shapes,
            has_init: state.has_init,
            functions: self.functions(&lines),
            lines: lines.count(),
            complexity: self.complexity,
            names: kept.names,
        };
        self.parsed(extract, &lines)
    }
}

/// The alias of an import with a name that is kept.
fn alias(raw: &RawAlias, kept: &mut Kept<'_, '_>) -> Alias {
    match *raw {
        RawAlias::None => Alias::None,
        RawAlias::Named(symbol) => Alias::Named(kept.name(symbol)),
        RawAlias::Dot => Alias::Dot,
        RawAlias::Blank => Alias::Blank,
    }
}
