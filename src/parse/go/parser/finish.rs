//! From offsets and symbols to positions and names that outlive the text.
//!
//! In: a parser at the end of its file. Out: [`Parsed`].
//! Invariant: references come in source order; only names that are used are kept.
//! Never: looks at tokens.

use super::{Parsed, Parser, RawAlias};
use crate::model::FunctionRange;
use crate::parse::go::extract::{Alias, Build, Declared, FileExtract, Import, Key, Place, Use};
use crate::parse::scan::{Kept, Places, Symbols};

impl Parser<'_> {
    pub(super) fn finish(mut self, build: Build, conditional: bool) -> Parsed {
        let mut places = Places::new(self.text);
        let mut kept = Kept::new(&self.symbols);
        let package = kept.name(self.package);
        self.spots.sort_by_key(|&(_, offset, _)| offset);
        let extract = FileExtract {
            package,
            build,
            conditional,
            imports: std::mem::take(&mut self.imports)
                .into_iter()
                .map(|import| {
                    let alias = match import.alias {
                        RawAlias::None => Alias::None,
                        RawAlias::Named(symbol) => Alias::Named(kept.name(symbol)),
                        RawAlias::Dot => Alias::Dot,
                        RawAlias::Blank => Alias::Blank,
                    };
                    Import {
                        path: import.path,
                        alias,
                        at: places.at(import.offset),
                    }
                })
                .collect(),
            declarations: self
                .declarations
                .iter()
                .map(|decl| Declared {
                    name: kept.name(decl.symbol),
                    kind: decl.kind,
                    at: places.at(decl.offset),
                    shape: decl.shape,
                })
                .collect(),
            uses: self
                .uses
                .iter()
                .map(|&(symbol, selected)| Use {
                    name: kept.name(symbol),
                    selected: selected.map(|symbol| kept.name(symbol)),
                })
                .collect(),
            references: self
                .spots
                .iter()
                .map(|&(of, offset, inherits)| Place {
                    of,
                    inherits,
                    at: places.at(offset),
                })
                .collect(),
            keys: self
                .keys
                .iter()
                .map(|&(shape, of, offset)| Key {
                    shape,
                    of,
                    at: places.at(offset),
                })
                .collect(),
            functions: self
                .functions
                .iter()
                .map(|function| range(&self.symbols, &places, function))
                .collect(),
            has_init: self.functions.iter().any(|&(receiver, name, ..)| {
                receiver.is_none() && self.symbols.text(name) == "init"
            }),
            shapes: std::mem::take(&mut self.shapes),
            lines: places.lines(),
            complexity: self.complexity,
            names: kept.names,
        };
        let line = |offset: Option<u32>| offset.map(|offset| places.line(offset));
        Parsed {
            extract,
            error: line(self.error),
            too_deep: line(self.too_deep),
        }
    }
}

fn range(symbols: &Symbols<'_>, places: &Places<'_>, function: &super::Function) -> FunctionRange {
    let &(receiver, name, start, end) = function;
    let name = match receiver {
        Some(receiver) => format!("{}::{}", symbols.text(receiver), symbols.text(name)).into(),
        None => symbols.text(name).into(),
    };
    FunctionRange {
        name,
        first: places.line(start),
        last: places.line(end),
    }
}
