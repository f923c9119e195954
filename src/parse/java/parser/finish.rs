//! From offsets and symbols to positions and names that outlive the text.
//!
//! In: a parser at the end of its file. Out: [`Parsed`].
//! Invariant: references come in source order; only names that are used are kept.
//! Never: looks at tokens.

use super::{Function, Parsed, Parser, RawClass};
use crate::model::FunctionRange;
use crate::parse::java::extract::{Class, Field, FileExtract, Import, Method, Place, Use};
use crate::parse::java::named::order;
use crate::parse::scan::{Kept, Names, Places, Symbols};

impl Parser<'_> {
    pub(super) fn finish(mut self) -> Parsed {
        let mut places = Places::new(self.text);
        let mut kept = Kept::new(&self.symbols);
        self.spots.sort_by_key(|&(_, offset, _)| offset);
        let chains = self
            .chains
            .iter()
            .map(|&symbol| kept.name(symbol))
            .collect();
        let imports = std::mem::take(&mut self.imports)
            .into_iter()
            .map(|import| Import {
                last: import
                    .path
                    .rfind('.')
                    .and_then(|dot| u32::try_from(dot + 1).ok())
                    .unwrap_or(0),
                path: import.path,
                is_static: import.is_static,
                wildcard: import.wildcard,
                at: places.at(import.offset),
            });
        let imports = imports.collect();
        let classes = std::mem::take(&mut self.classes);
        let classes = classes
            .into_iter()
            .map(|raw| class(raw, &mut kept, &mut places))
            .collect();
        let classes = with_orders(classes, &kept.names);
        let uses = self.uses.iter().map(|of| Use {
            scope: of.scope,
            role: of.role,
            start: of.start,
            length: of.length,
        });
        let references = self.spots.iter();
        let references = references.map(|&(of, offset, inherits)| Place {
            of,
            inherits,
            at: places.at(offset),
        });
        let references = references.collect();
        let loads = self.loads.iter();
        let loads = loads
            .map(|&(of, offset)| Place {
                of,
                inherits: false,
                at: places.at(offset),
            })
            .collect();
        let extract = FileExtract {
            package: self.package,
            imports,
            classes,
            chains,
            uses: uses.collect(),
            references,
            loads,
            functions: self
                .functions
                .iter()
                .map(|function| range(&self.symbols, &places, function))
                .collect(),
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

fn class(raw: RawClass, kept: &mut Kept<'_, '_>, places: &mut Places<'_>) -> Class {
    let fields = raw.fields.iter().map(|&(name, flags)| Field {
        name: kept.name(name),
        is_static: flags.is_static,
        visibility: flags.visibility,
    });
    let fields = fields.collect();
    let methods = raw.methods.iter().map(|method| Method {
        name: kept.name(method.name),
        arity: method.arity,
        variadic: method.variadic,
        is_static: method.flags.is_static,
        visibility: method.flags.visibility,
    });
    let methods = methods.collect();
    Class {
        name: kept.name(raw.name),
        parent: raw.parent,
        nature: raw.nature,
        visibility: raw.visibility,
        is_abstract: raw.is_abstract,
        at: places.at(raw.offset),
        supers: raw.supers,
        local_super: raw.local_super,
        members: raw.members,
        fields,
        methods,
        orders: Default::default(),
    }
}

/// The classes with the orders of their members.
fn with_orders(mut classes: Vec<Class>, names: &Names) -> Vec<Class> {
    let own: Vec<u32> = classes.iter().map(|class| class.name).collect();
    let type_name = |member: &u32| {
        own.get(*member as usize)
            .map_or("", |name| names.get(*name))
    };
    for class in &mut classes {
        class.orders = [
            order(&class.members, type_name),
            order(&class.fields, |field| names.get(field.name)),
            order(&class.methods, |method| names.get(method.name)),
        ];
    }
    classes
}

fn range(symbols: &Symbols<'_>, places: &Places<'_>, function: &Function) -> FunctionRange {
    let &(class, name, start, end) = function;
    let name = format!("{}::{}", symbols.text(class), symbols.text(name));
    FunctionRange {
        name: name.into(),
        first: places.line(start),
        last: places.line(end),
    }
}
