//! Every way in which a file names another module.
//!
//! In: statements and calls. Out: imports and bindings of the [`Walker`].
//! Invariant: imports are known before the names that they bind are used.
//! Never: resolves a path.

use oxc_ast::ast::{
    Argument, BindingIdentifier, BindingPattern, BindingProperty, CallExpression,
    ExportAllDeclaration, ExportFromDeclaration, Expression, ImportDeclaration,
    ImportDeclarationSpecifier, ImportExpression, NewExpression, Program, PropertyKey, Statement,
    TSImportEqualsDeclaration, TSImportType, TSImportTypeQualifier, TSModuleReference,
    VariableDeclarator,
};
use oxc_span::GetSpan;

use super::extract::{Binding, BindingId, Export, Import, ImportId, ImportKind};
use super::walk::Walker;

impl<'a> Walker<'a> {
    /// Notes one written module path; `offset` is where the path starts.
    pub(super) fn add_import(
        &mut self,
        path: &str,
        kind: ImportKind,
        type_only: bool,
        bare: bool,
        offset: u32,
    ) -> ImportId {
        let at = self.position(offset);
        self.module.imports.push(Import {
            path: path.into(),
            kind,
            type_only,
            bare,
            at,
        })
    }

    /// Notes a local name of `import`, taken from its export `imported` (`None`: the whole
    /// module).
    fn add_binding(
        &mut self,
        import: ImportId,
        imported: Option<&str>,
        type_only: bool,
        offset: u32,
    ) -> BindingId {
        let at = self.position(offset);
        let imported = imported.map(Into::into);
        self.module.bindings.push(Binding {
            import,
            imported,
            type_only,
            at,
        })
    }

    /// Imports, exports and declarations of the file itself, before names are used.
    pub(super) fn top_level(&mut self, body: &oxc_allocator::Vec<'a, Statement<'a>>) {
        self.module.is_module = body.iter().any(is_module_syntax);
        self.module.barrel = true;
        for statement in body {
            self.import_statement(statement);
            self.export_statement(statement);
        }
    }

    /// Imports inside `declare module "x" { … }`.
    pub(super) fn block_imports(&mut self, body: &oxc_allocator::Vec<'a, Statement<'a>>) {
        body.iter()
            .for_each(|statement| self.import_statement(statement));
    }

    /// Imports and re-exports of one statement; all other statements are skipped.
    fn import_statement(&mut self, statement: &Statement<'a>) {
        match statement {
            Statement::ImportDeclaration(import) => self.import_declaration(import),
            Statement::ExportFromDeclaration(export) => self.export_from(export),
            Statement::ExportAllDeclaration(export) => self.export_all(export),
            Statement::TSImportEqualsDeclaration(import) => self.import_equals(import),
            _ => {}
        }
    }

    /// `import d, { a as b } from "x"`, `import * as n from "x"` and the bare `import "x"`.
    ///
    /// The default import takes the export `default`, a namespace import takes the whole module.
    /// A `type` before a single specifier makes only that name a type.
    fn import_declaration(&mut self, import: &ImportDeclaration<'a>) {
        let type_only = import.import_kind.is_type();
        let bare = import
            .specifiers
            .as_ref()
            .is_none_or(|specifiers| specifiers.is_empty());
        let path = import.source.value.as_str();
        let id = self.add_import(
            path,
            ImportKind::Import,
            type_only,
            bare,
            import.source.span.start,
        );
        for specifier in import.specifiers.iter().flatten() {
            let (local, imported, type_only) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    let only = type_only || one.import_kind.is_type();
                    (
                        &one.local,
                        Some(one.imported.name().as_str().to_owned()),
                        only,
                    )
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    (&one.local, Some("default".to_owned()), type_only)
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    (&one.local, None, type_only)
                }
            };
            let binding =
                self.add_binding(id, imported.as_deref(), type_only, specifier.span().start);
            let scope = self.scopes.current();
            self.scopes.bind(local.name.as_str(), scope, binding);
        }
    }

    /// `import x = require("y")`; an alias inside the file (`import x = a.b`) imports nothing.
    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'a>) {
        let TSModuleReference::ExternalModuleReference(external) = &import.module_reference else {
            return;
        };
        let type_only = import.import_kind.is_type();
        let span = external.expression.span;
        let id = self.add_import(
            &external.expression.value,
            ImportKind::Import,
            type_only,
            false,
            span.start,
        );
        let binding = self.add_binding(id, None, type_only, import.id.span.start);
        let scope = self.scopes.current();
        self.scopes.bind(import.id.name.as_str(), scope, binding);
    }

    /// `export { a as b } from "x"`: exports bindings that no name of this file's scope refers
    /// to.
    fn export_from(&mut self, export: &ExportFromDeclaration<'a>) {
        let type_only = export.export_kind.is_type();
        let path = export.source.value.as_str();
        let bare = export.specifiers.is_empty();
        let id = self.add_import(
            path,
            ImportKind::Reexport,
            type_only,
            bare,
            export.source.span.start,
        );
        for specifier in &export.specifiers {
            let only = type_only || specifier.export_kind.is_type();
            let local = specifier.local.name();
            let binding = self.add_binding(id, Some(local.as_str()), only, specifier.span.start);
            self.export(specifier.exported.name().as_str(), Export::Binding(binding));
        }
    }

    /// `export * from "x"` is a star; `export * as n from "x"` exports the module under a name.
    fn export_all(&mut self, export: &ExportAllDeclaration<'a>) {
        let type_only = export.export_kind.is_type();
        let bare = export.exported.is_none();
        let path = export.source.value.as_str();
        let id = self.add_import(
            path,
            ImportKind::Reexport,
            type_only,
            bare,
            export.source.span.start,
        );
        match &export.exported {
            Some(name) => {
                let binding = self.add_binding(id, None, type_only, export.span.start);
                self.export(name.name().as_str(), Export::Binding(binding));
            }
            None if self.ambient_depth == 0 => self.module.stars.push(id),
            None => {}
        }
    }

    /// `import("x").T` in a type.
    ///
    /// `import("x").A.B` takes `A`, the leftmost of the qualified names; the members after it are
    /// not looked up. Without a qualifier the module itself is used.
    pub(super) fn import_type(&mut self, it: &TSImportType<'a>) {
        let bare = it.qualifier.is_none();
        let id = self.add_import(
            &it.source.value,
            ImportKind::Type,
            true,
            bare,
            it.source.span.start,
        );
        let mut first = it.qualifier.as_ref();
        while let Some(TSImportTypeQualifier::QualifiedName(name)) = first {
            first = Some(&name.left);
        }
        if let Some(TSImportTypeQualifier::Identifier(name)) = first {
            let name = name.name.as_str();
            self.add_binding(id, Some(name), true, it.span.start);
        }
    }

    /// `import("x")`.
    ///
    /// A computed path (`import(name)`) is kept as written, and the names in it are visited: they
    /// are uses of their own.
    pub(super) fn dynamic_import(&mut self, it: &ImportExpression<'a>) {
        use oxc_ast_visit::Visit;
        if let Some(path) = literal(&it.source) {
            self.add_import(
                path,
                ImportKind::Dynamic,
                false,
                true,
                it.source.span().start,
            );
        } else {
            let at = self.position(it.span.start);
            self.extract.computed.push((self.slice(it.span).into(), at));
            self.visit_expression(&it.source);
        }
    }

    /// `new URL("./x.ts", import.meta.url)`, the form in which bundlers find workers and other entries.
    ///
    /// Only paths with a script's ending count; `new URL("./logo.svg", import.meta.url)` loads an
    /// asset. A path without a leading dot is still relative to this file, unlike that of an
    /// import.
    pub(super) fn new_url(&mut self, it: &NewExpression<'a>) {
        let is_url = matches!(&it.callee, Expression::Identifier(name) if name.name == "URL");
        let [path, base] = it.arguments.as_slice() else {
            return;
        };
        let beside = base.as_expression().is_some_and(is_own_url);
        let Some(path) = path.as_expression().filter(|_| is_url && beside) else {
            return;
        };
        let ends = |text: &&str| {
            let end = text.rsplit_once('.').map_or("", |(_, end)| end);
            matches!(
                end,
                "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs"
            )
        };
        if let Some(text) = literal(path).filter(ends) {
            let dots = if text.starts_with('.') { "" } else { "./" };
            let text = format!("{dots}{text}");
            self.add_import(&text, ImportKind::Dynamic, false, true, path.span().start);
        }
    }

    /// `require("x")`, unless `require` is something local.
    ///
    /// The same call may have been noted as a declaration (`const a = require("x")`) before the
    /// walk reaches it; it is not added twice. A computed argument is kept as written.
    pub(super) fn require_call(&mut self, it: &CallExpression<'a>) {
        let Expression::Identifier(callee) = &it.callee else {
            return;
        };
        if callee.name != "require" || !self.is_node_require() {
            return;
        }
        let Some(argument) = it.arguments.first().and_then(Argument::as_expression) else {
            return;
        };
        match literal(argument) {
            Some(path) if !self.already_required(argument.span().start) => {
                self.add_import(
                    path,
                    ImportKind::Require,
                    false,
                    true,
                    argument.span().start,
                );
            }
            Some(_) => {}
            None => {
                let at = self.position(it.span.start);
                self.extract.computed.push((self.slice(it.span).into(), at));
            }
        }
    }

    /// Whether one of the last imports stands at `offset`. Only the last four are compared: a
    /// declaration is followed at once by the walk of its own initialiser.
    fn already_required(&self, offset: u32) -> bool {
        let at = self.position(offset);
        self.module
            .imports
            .iter()
            .rev()
            .take(4)
            .any(|import| import.at == at)
    }

    /// Whether `require` here is Node's; a later declaration in the same scope is found by hoisting rules only.
    ///
    /// A parameter or variable of that name in any scope around the call makes it something
    /// local.
    fn is_node_require(&self) -> bool {
        let Some(name) = self.scopes.find("require") else {
            return true;
        };
        let current = self.scopes.current();
        self.scopes
            .innermost(current, |scope| {
                name.declared.contains(&scope) || name.values.contains(&scope)
            })
            .is_none()
    }

    /// `const x = require("y")` and `const { a, b: c } = require("y")` bind like imports.
    ///
    /// Returns whether the pattern needs no further visit: to declare its names as variables,
    /// too, would hide the imports. The same holds for `const require = createRequire(…)`, which
    /// leaves `require` with its usual meaning. `false` for a nested or computed pattern; the
    /// call is then noted without names when the walk reaches it.
    pub(super) fn require_declaration(&mut self, declarator: &VariableDeclarator<'a>) -> bool {
        let Some(Expression::CallExpression(call)) = &declarator.init else {
            return false;
        };
        let Expression::Identifier(callee) = &call.callee else {
            return false;
        };
        if callee.name == "createRequire" {
            return matches!(&declarator.id, BindingPattern::BindingIdentifier(id) if id.name == "require");
        }
        if callee.name != "require" || !self.is_node_require() {
            return false;
        }
        let argument = call.arguments.first().and_then(Argument::as_expression);
        let Some(path) = argument.and_then(literal) else {
            return false;
        };
        let offset = argument.map_or(call.span.start, |argument| argument.span().start);
        let Some(names) = required_names(&declarator.id) else {
            return false;
        };
        let id = self.add_import(path, ImportKind::Require, false, names.is_empty(), offset);
        let scope = self.scopes.current();
        for (local, imported) in names {
            let binding = self.add_binding(id, imported, false, local.span.start);
            self.scopes.bind(local.name.as_str(), scope, binding);
        }
        true
    }

    /// `/// <reference path="x" />` at the head of the file.
    ///
    /// Only comments before the first statement are directives for the compiler.
    pub(super) fn reference_comments(&mut self, program: &Program<'a>) {
        let first = program
            .body
            .first()
            .map_or(u32::MAX, |statement| statement.span().start);
        for comment in program
            .comments
            .iter()
            .take_while(|comment| comment.span.start < first)
        {
            let text = self.slice(comment.span);
            let Some(rest) = text.strip_prefix("///").map(str::trim_start) else {
                continue;
            };
            let Some(rest) = rest.strip_prefix("<reference") else {
                continue;
            };
            for (key, kind) in [
                ("path", ImportKind::ReferencePath),
                ("types", ImportKind::ReferenceTypes),
            ] {
                if let Some(path) = attribute(rest, key) {
                    self.add_import(path, kind, true, true, comment.span.start);
                }
            }
        }
    }
}

/// Whether the statement makes its file an ES module. An alias such as `import x = a.b` does
/// not.
fn is_module_syntax(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::TSImportEqualsDeclaration(import) => {
            matches!(
                import.module_reference,
                TSModuleReference::ExternalModuleReference(_)
            )
        }
        other => other.is_module_declaration(),
    }
}

/// `import.meta.url`.
fn is_own_url(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::StaticMemberExpression(member) => {
            member.property.name == "url" && matches!(member.object, Expression::ImportMeta(_))
        }
        _ => false,
    }
}

/// The text of a string, or of a template without holes.
fn literal<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    match expression {
        Expression::StringLiteral(text) => Some(text.value.as_str()),
        Expression::TemplateLiteral(template) if template.expressions.is_empty() => template
            .quasis
            .first()
            .and_then(|part| part.value.cooked.as_ref())
            .map(oxc_ast::ast::Str::as_str),
        _ => None,
    }
}

/// A local name, and the export that it takes (`None` for the whole module).
type Required<'e, 'a> = Vec<(&'e BindingIdentifier<'a>, Option<&'e str>)>;

/// Local names and the exports that they take, if the pattern is simple.
///
/// `{ a, b: c }` takes `a` as `a` and `b` as `c`. `None` for a rest element, a default value
/// or a nested pattern.
fn required_names<'e, 'a>(pattern: &'e BindingPattern<'a>) -> Option<Required<'e, 'a>> {
    match pattern {
        BindingPattern::BindingIdentifier(id) => Some(vec![(id, None)]),
        BindingPattern::ObjectPattern(object) if object.rest.is_none() => {
            let name = |property: &'e BindingProperty<'a>| match (&property.key, &property.value) {
                (PropertyKey::StaticIdentifier(key), BindingPattern::BindingIdentifier(id)) => {
                    Some((&**id, Some(key.name.as_str())))
                }
                _ => None,
            };
            object.properties.iter().map(name).collect()
        }
        _ => None,
    }
}

/// The value of `key="value"` in the text of a reference comment; either kind of quote.
fn attribute<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}
