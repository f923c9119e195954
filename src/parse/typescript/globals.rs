//! Names that a file declares for every other file.
//!
//! In: declarations of scripts and of `declare global`. Out: [`Global`]s of the [`Walker`].
//! Invariant: a namespace is a value only when it declares one.
//! Never: resolves a name.

use oxc_ast::ast::{
    Declaration, Statement, TSGlobalDeclaration, TSNamespaceDeclaration, TSNamespaceDeclarationBody,
};

use super::extract::Global;
use super::walk::Walker;

impl<'a> Walker<'a> {
    /// Every declaration inside of `declare global { … }`, whether it says `export` or not.
    pub(super) fn global_block(&mut self, global: &TSGlobalDeclaration<'a>) {
        self.module.barrel = false;
        let declared = global.body.body.iter().filter_map(declaration_of);
        declared.for_each(|declaration| self.add_globals(declaration));
    }

    /// Notes what `declaration` declares for every file.
    ///
    /// `declare var a, b` makes two globals; an interface or alias is a type only; a namespace
    /// carries the names of its members, because several files may share one namespace.
    pub(super) fn add_globals(&mut self, declaration: &Declaration<'a>) {
        if let Declaration::VariableDeclaration(variables) = declaration {
            for declarator in &variables.declarations {
                for id in declarator.id.get_binding_identifiers() {
                    self.add_global(id.name.as_str(), false, None);
                }
            }
            return;
        }
        let Some(id) = declaration.id() else { return };
        let (type_only, members) = match declaration {
            Declaration::TSNamespaceDeclaration(namespace) => {
                (is_type_only(namespace), Some(members(namespace)))
            }
            Declaration::TSTypeAliasDeclaration(_) | Declaration::TSInterfaceDeclaration(_) => {
                (true, None)
            }
            _ => (false, None),
        };
        self.add_global(id.name.as_str(), type_only, members);
    }

    /// Adds one name to the module's globals.
    fn add_global(&mut self, name: &str, type_only: bool, members: Option<Vec<Box<str>>>) {
        self.module.globals.push(Global {
            name: name.into(),
            type_only,
            members,
        });
    }
}

/// What a statement declares, exported or not.
fn declaration_of<'s, 'a>(statement: &'s Statement<'a>) -> Option<&'s Declaration<'a>> {
    match statement {
        Statement::ExportDeclaration(export) => Some(&export.declaration),
        other => other.as_declaration(),
    }
}

/// The names directly inside of a namespace: `B` of `namespace A.B {}`, every declared name
/// of a block.
fn members(namespace: &TSNamespaceDeclaration<'_>) -> Vec<Box<str>> {
    match &namespace.body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
            vec![inner.id.name.as_str().into()]
        }
        TSNamespaceDeclarationBody::TSModuleBlock(block) => ambient_names(&block.body),
    }
}

/// Whether a namespace declares types alone, so that no value has its name.
///
/// `namespace A { interface B {} }` has no value `A`, while `namespace A { const b = 1 }` has
/// one. Nested namespaces are looked into: a value anywhere makes all around it values.
pub(super) fn is_type_only(namespace: &TSNamespaceDeclaration<'_>) -> bool {
    let mut bodies = vec![&namespace.body];
    while let Some(body) = bodies.pop() {
        let block = match body {
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                bodies.push(&inner.body);
                continue;
            }
            TSNamespaceDeclarationBody::TSModuleBlock(block) => block,
        };
        for statement in &block.body {
            match declaration_of(statement) {
                Some(
                    Declaration::TSTypeAliasDeclaration(_)
                    | Declaration::TSInterfaceDeclaration(_)
                    | Declaration::TSImportEqualsDeclaration(_),
                ) => {}
                Some(Declaration::TSNamespaceDeclaration(inner)) => bodies.push(&inner.body),
                None if matches!(statement, Statement::ExportNamedDeclaration(_)) => {}
                _ => return false,
            }
        }
    }
    true
}

/// Names that a block of ambient declarations offers.
///
/// With `export =`, any name may be a member of what is assigned: `*` stands for all of them.
/// An `export { a as b }` offers `b`.
pub(super) fn ambient_names(body: &oxc_allocator::Vec<'_, Statement<'_>>) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = Vec::new();
    for statement in body {
        let declaration = match statement {
            Statement::ExportDeclaration(export) => Some(&export.declaration),
            Statement::ExportDefaultDeclaration(_) | Statement::TSExportAssignment(_) => {
                names.push("default".into());
                if matches!(statement, Statement::TSExportAssignment(_)) {
                    names.push("*".into());
                }
                None
            }
            Statement::ExportNamedDeclaration(export) => {
                names.extend(
                    export
                        .specifiers
                        .iter()
                        .map(|one| one.exported.name().as_str().into()),
                );
                None
            }
            other => other.as_declaration(),
        };
        match declaration {
            Some(Declaration::VariableDeclaration(variables)) => {
                let ids = variables
                    .declarations
                    .iter()
                    .flat_map(|one| one.id.get_binding_identifiers());
                names.extend(ids.map(|id| id.name.as_str().into()));
            }
            Some(other) => names.extend(other.id().map(|id| id.name.as_str().into())),
            None => {}
        }
    }
    names
}
