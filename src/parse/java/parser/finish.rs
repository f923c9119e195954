//! From offsets and symbols to positions and names that outlive the text.
//!
//! In: a parser at the end of its file. Out: [`Parsed`].
//! Invariant: references come in source order; only names that are used are kept.
//! Never: looks at tokens.

use rustc_hash::FxHashSet;

use super::extract::{Class, ClassId, Field, FileExtract, Import, ImportId, Method};
use super::named::order;
use super::{Parser, RawClass, RawImport};
use crate::model::IndexVec;
use crate::parse::tokens::{Kept, NameId, Names, Parsed};
use crate::source::lines::Lines;

impl Parser<'_> {
    /// Closes the file: places by line and column, names instead of symbols.
    ///
    /// Symbols borrow the text and die with it; names are copied, and only those that are used.
    pub(super) fn finish(mut self) -> Parsed<FileExtract> {
        let lines = Lines::new(self.text());
        let references = self.references(&lines);
        let imports = std::mem::take(&mut self.state.imports);
        let classes = std::mem::take(&mut self.state.classes);
        let uses = std::mem::take(&mut self.state.uses);
        let mut kept = Kept::new(&self.symbols);
        let chains = self.state.chains.iter().map(|&symbol| kept.name(symbol));
        let chains = chains.collect();
        let imports = self.imports(imports, &lines);
        let classes = classes
            .into_iter()
            .map(|raw| class(raw, &mut kept, &lines))
            .collect();
        let classes = with_orders(classes, &kept.names);
        let loads = self.state.loads.iter();
        let loads = loads.map(|load| load.place(&lines)).collect();
        let extract = FileExtract {
            package: self.state.package.clone(),
            imports,
            classes,
            chains,
            uses,
            references,
            loads,
            functions: self.functions(&lines),
            lines: lines.count(),
            complexity: self.complexity,
            names: kept.names,
        };
        self.parsed(extract, &lines)
    }

    /// The imports, each with whether a documentation comment names it.
    fn imports(&self, raw: Vec<RawImport>, lines: &Lines<'_>) -> IndexVec<ImportId, Import> {
        let mut documented = FxHashSet::default();
        if !raw.is_empty() {
            documented = self::documented(self.text());
        }
        let imports = raw.into_iter().map(|import| Import {
            last: import.path.rfind('.').map_or(0, |dot| dot as u32 + 1),
            documented: documented.contains(import.path.rsplit('.').next().unwrap_or_default()),
            path: import.path,
            is_static: import.is_static,
            wildcard: import.wildcard,
            at: lines.position(import.offset as usize),
        });
        imports.collect()
    }
}

/// The words of the documentation comments that start with a capital letter.
///
/// `{@link Cart#add}` says `Cart`. Only capitalised words are kept, since an import by name is
/// mostly a class.
fn documented(text: &str) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    let mut rest = text;
    while let Some(start) = memchr::memmem::find(rest.as_bytes(), b"/**") {
        let comment = &rest[start + 3..];
        let length = memchr::memmem::find(comment.as_bytes(), b"*/").unwrap_or(comment.len());
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
        let words = comment[..length].split(|letter: char| !is_part(letter));
        found.extend(words.filter(|word| word.starts_with(char::is_uppercase)));
        rest = &comment[length..];
    }
    found
}

/// A class with names instead of symbols.
fn class(raw: RawClass, kept: &mut Kept<'_, '_>, lines: &Lines<'_>) -> Class {
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
        name: raw.name.map(|name| kept.name(name)),
        parent: raw.parent,
        nature: raw.nature,
        visibility: raw.visibility,
        is_abstract: raw.is_abstract,
        at: lines.position(raw.offset as usize),
        supers: raw.supers,
        local_super: raw.local_super,
        members: raw.members,
        fields,
        methods,
        orders: Default::default(),
    }
}

/// The classes with the orders of their members.
fn with_orders(mut classes: IndexVec<ClassId, Class>, names: &Names) -> IndexVec<ClassId, Class> {
    let own: IndexVec<ClassId, Option<NameId>> = classes.iter().map(|class| class.name).collect();
    let type_name = |member: &ClassId| own[*member].map_or("", |name| names.text(name));
    for class in &mut classes {
        class.orders = [
            order(&class.members, type_name),
            order(&class.fields, |field| names.text(field.name)),
            order(&class.methods, |method| names.text(method.name)),
        ];
    }
    classes
}
