//! What a module declares and exports.
//!
//! In: statements at the top of a file. Out: declarations and exports of the [`Walker`].
//! Invariant: a name is only a type when nothing of that name is a value.
//! Never: resolves a path.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingIdentifier, Declaration,
    ExportDefaultDeclaration, ExportDefaultDeclarationKind, ExportNamedDeclaration, Expression,
    ModuleExportName, ObjectPropertyKind, Statement, TSExternalModuleDeclaration,
    TSImportEqualsDeclaration, TSModuleReference, VariableDeclaration,
};
use oxc_span::GetSpan;
use rustc_hash::FxHashSet;

use super::extract::{Export, ImportKind};
use super::globals;
use super::scope::TOP;
use super::walk::Walker;
use crate::model::{Declaration as Declared, IndexVec, SymbolKind};

/// What `export = x` exports; no name that a file could write.
pub(super) const ASSIGNED: &str = "=";

impl<'a> Walker<'a> {
    /// A statement at the top of the file that declares or exports something.
    ///
    /// The module stays a barrel as long as every statement only imports or hands on.
    pub(super) fn export_statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::ExportDeclaration(export) => self.declaration(&export.declaration, true),
            Statement::ExportDefaultDeclaration(export) => self.export_default(export),
            Statement::ExportNamedDeclaration(export) => self.export_named(export),
            Statement::TSExportAssignment(assignment) => {
                self.module.open = true;
                self.module.barrel &= matches!(assignment.expression, Expression::Identifier(_));
                if let Expression::Identifier(name) = &assignment.expression {
                    self.exported_locals.push((name.name.as_str(), ASSIGNED));
                }
            }
            Statement::ImportDeclaration(_) | Statement::ExportAllDeclaration(_) => {}
            Statement::ExportFromDeclaration(_) | Statement::TSImportEqualsDeclaration(_) => {}
            other => match other.as_declaration() {
                Some(declaration) => self.declaration(declaration, false),
                None => self.module.barrel = false,
            },
        }
    }

    /// Adds one export; declarations inside of `declare module "x"` export nothing of this file.
    pub(super) fn export(&mut self, name: &str, export: Export) {
        if self.ambient_depth == 0 {
            self.module.exports.insert(name.into(), export);
        }
    }

    /// `export { a as b }`: the local name is matched with an import or declaration at the end of
    /// the file, because either may follow.
    fn export_named(&mut self, export: &ExportNamedDeclaration<'a>) {
        for specifier in &export.specifiers {
            let ModuleExportName::IdentifierReference(local) = &specifier.local else {
                continue;
            };
            let exported = match &specifier.exported {
                ModuleExportName::IdentifierName(name) => name.name.as_str(),
                ModuleExportName::IdentifierReference(name) => name.name.as_str(),
                ModuleExportName::StringLiteral(name) => name.value.as_str(),
            };
            self.exported_locals.push((local.name.as_str(), exported));
        }
    }

    /// `export default …`. A bare name is treated like `export { name as default }`; anything
    /// else declares the symbol `default`.
    fn export_default(&mut self, export: &ExportDefaultDeclaration<'a>) {
        self.module.barrel = false;
        let (type_only, kind) = match &export.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => {
                (true, SymbolKind::AbstractType)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) if class.r#abstract => {
                (false, SymbolKind::AbstractType)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(_) => (false, SymbolKind::Type),
            ExportDefaultDeclarationKind::FunctionDeclaration(_) => (false, SymbolKind::Function),
            ExportDefaultDeclarationKind::Identifier(name) => {
                self.exported_locals.push((name.name.as_str(), "default"));
                return;
            }
            _ => (false, SymbolKind::Value),
        };
        self.export("default", Export::Local { type_only });
        self.declare("default", kind, true, export.span.start);
    }

    /// The component itself, where its script does not export one.
    pub(super) fn default_export(&mut self) {
        self.module.is_module = true;
        self.module.barrel = false;
        self.module.globals = IndexVec::default();
        let written = self
            .exported_locals
            .iter()
            .any(|(_, name)| *name == "default");
        if !written && !self.module.exports.contains_key("default") {
            self.export("default", Export::Local { type_only: false });
            self.declare("default", SymbolKind::Value, true, 0);
        }
    }

    /// Adds a declaration of the file, without any check for doubles.
    fn declare(&mut self, name: &str, kind: SymbolKind, public: bool, offset: u32) {
        let at = self.position(offset);
        self.extract.own.declarations.push(Declared {
            name: name.into(),
            kind,
            public,
            at,
        });
    }

    /// Notes what a declaration at the top of the file names, and as what kind of symbol.
    ///
    /// In a script (a file without imports and exports), each is a global as well. An abstract
    /// class and an interface are abstract types; an alias and an interface are types only.
    fn declaration(&mut self, declaration: &Declaration<'a>, exported: bool) {
        if !self.module.is_module {
            self.add_globals(declaration);
        }
        let (id, kind, type_only) = match declaration {
            Declaration::VariableDeclaration(variables) => {
                return self.variables(variables, exported);
            }
            Declaration::FunctionDeclaration(function) => {
                (function.id.as_ref(), SymbolKind::Function, false)
            }
            Declaration::ClassDeclaration(class) if class.r#abstract => {
                (class.id.as_ref(), SymbolKind::AbstractType, false)
            }
            Declaration::ClassDeclaration(class) => (class.id.as_ref(), SymbolKind::Type, false),
            Declaration::TSTypeAliasDeclaration(alias) => (Some(&alias.id), SymbolKind::Type, true),
            Declaration::TSInterfaceDeclaration(interface) => {
                (Some(&interface.id), SymbolKind::AbstractType, true)
            }
            Declaration::TSEnumDeclaration(one) => (Some(&one.id), SymbolKind::Type, false),
            Declaration::TSNamespaceDeclaration(namespace) => {
                let type_only = globals::is_type_only(namespace);
                (Some(&namespace.id), SymbolKind::Module, type_only)
            }
            Declaration::TSExternalModuleDeclaration(module) => {
                return self.external_module(module);
            }
            Declaration::TSGlobalDeclaration(global) => return self.global_block(global),
            Declaration::TSImportEqualsDeclaration(import) => {
                if exported {
                    self.exported_locals
                        .push((other_name(import), import.id.name.as_str()));
                }
                return;
            }
        };
        if let Some(id) = id {
            self.named(id, kind, type_only, exported);
        }
    }

    /// Every name that a `const`, `let` or `var` binds, patterns included; a function that is
    /// assigned makes its name a function.
    fn variables(&mut self, variables: &VariableDeclaration<'a>, exported: bool) {
        for declarator in &variables.declarations {
            let function = matches!(
                declarator.init,
                Some(Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_))
            );
            let kind = if function {
                SymbolKind::Function
            } else {
                SymbolKind::Value
            };
            for id in declarator.id.get_binding_identifiers() {
                self.named(id, kind, false, exported);
            }
        }
    }

    /// Takes one declared name into the file's scope and, if it is exported, into its exports.
    ///
    /// Overloads and merged declarations of one kind make one symbol. The scope knows the name
    /// even if it is a type: it hides an import of the same name.
    fn named(
        &mut self,
        id: &BindingIdentifier<'a>,
        kind: SymbolKind,
        type_only: bool,
        exported: bool,
    ) {
        let name = id.name.as_str();
        self.module.barrel = false;
        if self.declared.insert((name, kind)) {
            self.declare(name, kind, exported, id.span.start);
        }
        self.scopes.declare(name, TOP);
        if !type_only {
            self.local_values.insert(name);
        }
        if exported {
            self.exported_locals.push((name, name));
        }
    }

    /// `declare module "x" { … }`: an addition to an imported module when this file is a module,
    /// else a declaration of that module for every file.
    fn external_module(&mut self, module: &TSExternalModuleDeclaration<'a>) {
        let path = module.id.value.as_str();
        let names = module
            .body
            .as_ref()
            .map_or_else(Vec::new, |body| globals::ambient_names(&body.body));
        if self.module.is_module {
            let kind = ImportKind::Augmentation;
            let id = self.add_import(path, kind, true, true, module.id.span.start);
            self.module.added.push((id, names));
        } else {
            self.module.ambient.push((path.into(), names));
        }
    }

    /// Whether the file declares `name`, and only as types.
    fn is_type(&self, name: &str) -> bool {
        let declared = |kind| self.declared.contains(&(name, kind));
        !self.local_values.contains(name)
            && (declared(SymbolKind::Type) || declared(SymbolKind::AbstractType))
    }

    /// Exported names by what they stand for.
    ///
    /// Runs after the walk: only then is it known whether an exported local name is an import,
    /// and whether some value bears the name of a type. A JavaScript file without ES module
    /// syntax, and a declaration module that exports nothing, are open: any member may be its
    /// own.
    pub(super) fn finish_exports(&mut self, javascript: bool) {
        let exported = std::mem::take(&mut self.exported_locals);
        let locals: FxHashSet<&str> = exported.iter().map(|(local, _)| *local).collect();
        for declared in &mut self.extract.own.declarations {
            declared.public |= locals.contains(&*declared.name);
        }
        for (local, exported) in exported {
            // A type of the file beside an imported namespace of one name: the file's own comes first.
            let own = self.declared.iter().any(|(name, _)| *name == local);
            let binding = self
                .scopes
                .find(local)
                .filter(|_| !own)
                .and_then(|name| self.binding_of(name, TOP, false))
                .flatten();
            let export = match binding {
                Some(binding) => Export::Binding(binding),
                None => Export::Local {
                    type_only: self.is_type(local),
                },
            };
            self.module.exports.insert(exported.into(), export);
        }
        if javascript && !self.module.is_module {
            self.common_js_bindings();
            self.module.open = true;
            self.module.globals = IndexVec::default();
        }
        if self.module.declaration && self.module.is_module && self.module.exports.is_empty() {
            self.module.open |= self.module.stars.is_empty();
        }
    }

    /// `exports.x = …` and `module.exports = …` make a `CommonJS` module; a name that stands on the right
    /// is handed on, as `export { name }` would.
    pub(super) fn common_js_export(&mut self, it: &AssignmentExpression<'a>) {
        if self.module.is_module {
            return;
        }
        let AssignmentTarget::StaticMemberExpression(target) = &it.left else {
            return;
        };
        let property = target.property.name.as_str();
        let text = self.slice(target.object.span());
        if text == "exports" || text == "module.exports" {
            self.common_js_name(property, &it.right);
        } else if text == "module"
            && property == "exports"
            && let Expression::ObjectExpression(object) = &it.right
        {
            for property in &object.properties {
                if let ObjectPropertyKind::ObjectProperty(property) = property
                    && let Some(name) = property.key.static_name()
                {
                    self.common_js_name(&name, &property.value);
                }
            }
        }
    }

    /// `exports.name = value`. If the value is a plain name at the top of the file, it is
    /// remembered, as it may be one that `require` binds.
    fn common_js_name(&mut self, name: &str, value: &Expression<'a>) {
        let export = Export::Local { type_only: false };
        self.module.exports.entry(name.into()).or_insert(export);
        if let Expression::Identifier(local) = value
            && self.scopes.current() == TOP
        {
            self.handed_on.push((local.name.as_str(), name.into()));
        }
    }

    /// Leads the names of a `CommonJS` module that `require` binds at the top to where they come from.
    fn common_js_bindings(&mut self) {
        for (local, exported) in std::mem::take(&mut self.handed_on) {
            let name = self.scopes.find(local);
            let binding = name.and_then(|name| self.binding_of(name, TOP, false));
            if let Some(binding) = binding.flatten() {
                self.module
                    .exports
                    .insert(exported, Export::Binding(binding));
            }
        }
    }
}

/// What `export import x = y` hands on; `x` itself when it takes a member or another file.
fn other_name<'a>(import: &TSImportEqualsDeclaration<'a>) -> &'a str {
    match &import.module_reference {
        TSModuleReference::IdentifierReference(name) => name.name.as_str(),
        _ => import.id.name.as_str(),
    }
}
