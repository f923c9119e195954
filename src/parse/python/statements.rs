//! What each Python statement binds, imports and counts.
//!
//! In: a statement. Out: bindings, imports and measures in the [`Walker`].
//! Invariant: blocks that may not run do not replace earlier bindings.
//! Never: looks at another file.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::extract::{Import, ImportId, What};
use super::scope::Kind;
use super::walk::Walker;
use crate::model::{Declaration, FunctionRange, Labels, SymbolKind};

impl<'a> Walker<'a> {
    /// Visits one statement in the order in which Python evaluates its parts.
    pub(super) fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(branches) => self.conditional(branches),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::For(each) => self.each(each),
            Stmt::While(repeat) => {
                self.decide(1);
                self.visit_expr(&repeat.test);
                self.branch(&repeat.body);
                self.branch(&repeat.orelse);
            }
            Stmt::Match(choice) => self.choice(choice),
            Stmt::Global(names) => self.elsewhere(&names.names, true),
            Stmt::Nonlocal(names) => self.elsewhere(&names.names, false),
            Stmt::Assign(assign) => {
                self.declare_values(&assign.targets);
                self.assign_all(&assign.targets, &assign.value, false);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::AnnAssign(assign) => self.annotated(assign),
            Stmt::AugAssign(assign) => {
                self.assign_all(std::slice::from_ref(&assign.target), &assign.value, true);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            other => visitor::walk_stmt(self, other),
        }
    }

    /// `import a.b` binds `a`; `import a.b as c` binds `a.b` under the name `c`.
    fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let path = alias.name.as_str();
            let bound = alias.asname.as_ref().map(ast::Identifier::as_str);
            let what = if bound.is_some() {
                What::Module
            } else {
                What::Root
            };
            let root = path.split('.').next().unwrap_or(path);
            let redundant = bound == Some(path);
            let id = self.add_import(path, 0, what, redundant, alias);
            self.bind_import(bound.unwrap_or(root), id);
        }
    }

    /// `from a import b as c`; a star binds no name, but may bind any at module level.
    fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        let module = import.module.as_ref().map_or("", ast::Identifier::as_str);
        for alias in &import.names {
            let name = alias.name.as_str();
            if name == "*" {
                let id = self.add_import(module, import.level, What::Star, false, alias);
                if self.scopes.at_module_level() {
                    self.exports.stars.push(id);
                }
                continue;
            }
            let bound = alias.asname.as_ref().map(ast::Identifier::as_str);
            let redundant = bound == Some(name);
            let id = self.add_import(
                module,
                import.level,
                What::Name(name.into()),
                redundant,
                alias,
            );
            self.bind_import(bound.unwrap_or(name), id);
        }
    }

    /// Binds a name to an import, in the scope around.
    fn bind_import(&mut self, name: &'a str, import: ImportId) {
        let symbol = self.scopes.symbol(name);
        self.scopes.bind(symbol, Some(import));
    }

    /// Records an import, whether it binds a name or not.
    pub(super) fn add_import(
        &mut self,
        module: &str,
        level: u32,
        what: What,
        redundant_alias: bool,
        place: &impl Ranged,
    ) -> ImportId {
        let at = self.position(place.start());
        self.uses_importlib |= module.starts_with("importlib");
        let (module, labels) = (module.into(), self.labels);
        let lazy = self.scopes.in_function();
        let id = self.exports.imports.push(Import {
            module,
            level,
            what,
            labels,
            lazy,
            redundant_alias,
            at,
        });
        self.scopes.pass_import(self.exports.imports.next_id());
        id
    }

    /// Visits a function: what is evaluated at its definition first, its body in a scope of its
    /// own.
    ///
    /// The name is bound last, since decorators and defaults do not see it. The body sees it all
    /// the same: its uses wait for the end.
    fn function(&mut self, function: &'a ast::StmtFunctionDef) {
        function
            .decorator_list
            .iter()
            .for_each(|decorator| self.visit_expr(&decorator.expression));
        let name = function.name.as_str();
        self.declare(name, SymbolKind::Function, &function.name);
        self.open_type_params(function.type_params.as_deref());
        self.outside_of_parameters(&function.parameters);
        function
            .returns
            .iter()
            .for_each(|returns| self.visit_expr(returns));
        self.record_range(function);
        self.scopes.push(Kind::Function);
        self.decide(1);
        self.bind_parameters(&function.parameters);
        self.visit_body(&function.body);
        self.close_scope();
        self.close_type_params(function.type_params.as_deref());
        self.bind(name);
    }

    /// Notes the lines of a function; a method is `Class::method`.
    fn record_range(&mut self, function: &'a ast::StmtFunctionDef) {
        let (first, last) = (self.line(function.start()), self.line(function.end()));
        let name = function.name.as_str();
        let name = match self.classes.last() {
            Some(class) => format!("{class}::{name}").into(),
            None => name.into(),
        };
        self.extract
            .own
            .functions
            .push(FunctionRange { name, first, last });
    }

    /// Visits a class: decorators, bases and keywords outside of its scope, then its body.
    fn class(&mut self, class: &'a ast::StmtClassDef) {
        class
            .decorator_list
            .iter()
            .for_each(|decorator| self.visit_expr(&decorator.expression));
        let name = class.name.as_str();
        let kind = if is_abstract(class) {
            SymbolKind::AbstractType
        } else {
            SymbolKind::Type
        };
        match kind {
            SymbolKind::AbstractType => self.extract.own.types.abstract_types += 1,
            _ => self.extract.own.types.concrete_types += 1,
        }
        self.declare(name, kind, &class.name);
        self.open_type_params(class.type_params.as_deref());
        if let Some(arguments) = &class.arguments {
            arguments
                .args
                .iter()
                .for_each(|base| self.reference(base, true));
            arguments
                .keywords
                .iter()
                .for_each(|keyword| self.visit_expr(&keyword.value));
        }
        self.scopes.push(Kind::Class);
        self.classes.push(name);
        self.visit_body(&class.body);
        self.classes.pop();
        self.close_scope();
        self.close_type_params(class.type_params.as_deref());
        self.bind(name);
    }

    /// Visits `if`, `elif` and `else`; blocks for the type checker are labelled.
    ///
    /// The `else` of `if not TYPE_CHECKING` is such a block, too.
    fn conditional(&mut self, branches: &'a ast::StmtIf) {
        self.decide(1);
        self.visit_expr(&branches.test);
        let mut positive = self.is_type_checking(&branches.test);
        let negated = self.is_not_type_checking(&branches.test);
        self.labelled(positive, &branches.body);
        for clause in &branches.elif_else_clauses {
            if let Some(test) = &clause.test {
                self.decide(1);
                self.visit_expr(test);
                positive = self.is_type_checking(test);
            } else {
                positive = negated;
            }
            self.labelled(positive, &clause.body);
        }
    }

    /// Visits a block that may not run; its imports are of types if `type_only`.
    fn labelled(&mut self, type_only: bool, body: &'a [Stmt]) {
        let before = self.labels;
        if type_only {
            self.labels = before.with(Labels::TYPE_ONLY);
        }
        self.branch(body);
        self.labels = before;
    }

    /// Whether a condition only holds for type checkers: `TYPE_CHECKING`, `typing.TYPE_CHECKING`,
    /// an alias, or an `and` with one of them.
    fn is_type_checking(&self, test: &Expr) -> bool {
        match test {
            Expr::Name(name) => {
                name.id == "TYPE_CHECKING" || self.is_alias_of_type_checking(name.id.as_str())
            }
            Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
            Expr::BoolOp(operation) if operation.op == ast::BoolOp::And => operation
                .values
                .iter()
                .any(|value| self.is_type_checking(value)),
            _ => false,
        }
    }

    /// Whether a condition is the negation of such a one.
    fn is_not_type_checking(&self, test: &Expr) -> bool {
        match test {
            Expr::UnaryOp(not) if not.op == ast::UnaryOp::Not => {
                self.is_type_checking(&not.operand)
            }
            _ => false,
        }
    }

    /// Whether the name is imported as an alias of the flag:
    /// `from typing import TYPE_CHECKING as TC`.
    fn is_alias_of_type_checking(&self, name: &str) -> bool {
        let Some(state) = self.scopes.peek_text(name) else {
            return false;
        };
        let named = |import: ImportId| &self.exports.imports[import];
        let is_flag = |import: &Import| matches!(&import.what, What::Name(name) if &**name == "TYPE_CHECKING");
        self.scopes.imports(state).map(named).any(is_flag)
    }

    /// Visits `try`. Imports in it are conditional if a handler catches their failure.
    ///
    /// All blocks but `finally` may be left early, so none of them replaces earlier bindings.
    fn attempt(&mut self, attempt: &'a ast::StmtTry) {
        let before = self.labels;
        if attempt.handlers.iter().any(catches_import_error) {
            self.labels = before.with(Labels::CFG);
        }
        self.branch(&attempt.body);
        attempt
            .handlers
            .iter()
            .for_each(|handler| self.visit_except_handler(handler));
        self.branch(&attempt.orelse);
        self.labels = before;
        self.visit_body(&attempt.finalbody);
    }

    /// Visits `for`; the target is bound before the body runs.
    fn each(&mut self, each: &'a ast::StmtFor) {
        self.decide(1);
        self.visit_expr(&each.iter);
        self.visit_expr(&each.target);
        self.branch(&each.body);
        self.branch(&each.orelse);
    }

    /// Visits `match`; every case counts as a decision, its pattern binds names.
    fn choice(&mut self, choice: &'a ast::StmtMatch) {
        self.visit_expr(&choice.subject);
        for case in &choice.cases {
            self.decide(1);
            self.scopes.enter_branch();
            self.visit_pattern(&case.pattern);
            case.guard.iter().for_each(|guard| self.visit_expr(guard));
            self.visit_body(&case.body);
            self.scopes.leave_branch();
        }
    }

    /// Visits `global` and `nonlocal`.
    fn elsewhere(&mut self, names: &'a [ast::Identifier], global: bool) {
        for name in names {
            let symbol = self.scopes.symbol(name.as_str());
            self.scopes.declare_elsewhere(symbol, global);
        }
    }

    /// Visits `x: T = value`: the value is evaluated before the annotation, the target is bound
    /// last.
    fn annotated(&mut self, assign: &'a ast::StmtAnnAssign) {
        self.declare_values(std::slice::from_ref(&assign.target));
        if let Some(value) = &assign.value {
            self.assign_all(std::slice::from_ref(&assign.target), value, false);
            self.visit_expr(value);
        }
        self.visit_expr(&assign.annotation);
        self.visit_expr(&assign.target);
    }

    /// Visits `type X = …`, whose parameters are seen in its value alone.
    fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias) {
        self.declare_values(std::slice::from_ref(&alias.name));
        self.open_type_params(alias.type_params.as_deref());
        self.visit_expr(&alias.value);
        self.close_type_params(alias.type_params.as_deref());
        self.visit_expr(&alias.name);
    }

    /// Declares the names that an assignment at module level binds; tuples are taken apart.
    fn declare_values(&mut self, targets: &'a [Expr]) {
        for target in targets {
            match target {
                Expr::Name(name) => self.declare(name.id.as_str(), SymbolKind::Value, name),
                Expr::Tuple(tuple) => self.declare_values(&tuple.elts),
                _ => {}
            }
        }
    }

    /// Declares a name of the module, once, even if it is assigned several times.
    fn declare(&mut self, name: &str, kind: SymbolKind, place: &impl Ranged) {
        if !self.scopes.at_module_level() {
            return;
        }
        if !self.scopes.peek_text(name).is_some_and(|state| state.local) {
            let at = self.position(place.start());
            self.extract.own.declarations.push(Declaration {
                name: name.into(),
                kind,
                public: true,
                at,
            });
        }
    }
}

/// Whether a handler catches a failed import: by its class, by a class around it, or as a
/// bare `except`.
fn catches_import_error(handler: &ast::ExceptHandler) -> bool {
    let ast::ExceptHandler::ExceptHandler(handler) = handler;
    let is_import_error = |expr: &Expr| match expr {
        Expr::Name(name) => matches!(
            name.id.as_str(),
            "ImportError" | "ModuleNotFoundError" | "Exception"
        ),
        _ => false,
    };
    match handler.type_.as_deref() {
        None => true,
        Some(Expr::Tuple(kinds)) => kinds.elts.iter().any(is_import_error),
        Some(kind) => is_import_error(kind),
    }
}

/// Whether a class is abstract: by `ABC` or `Protocol` as a base, `ABCMeta`, or an abstract
/// method.
fn is_abstract(class: &ast::StmtClassDef) -> bool {
    let arguments = class.arguments.as_deref();
    let marked_base = |base: &Expr| matches!(last_name(base), Some("ABC" | "Protocol"));
    let bases = arguments.is_some_and(|arguments| arguments.args.iter().any(marked_base));
    let metaclass = arguments.is_some_and(|arguments| {
        arguments
            .keywords
            .iter()
            .any(|keyword| last_name(&keyword.value) == Some("ABCMeta"))
    });
    bases || metaclass || class.body.iter().any(is_abstract_method)
}

/// Whether a statement of a class is a method marked as abstract.
fn is_abstract_method(stmt: &Stmt) -> bool {
    let Stmt::FunctionDef(function) = stmt else {
        return false;
    };
    let name = |decorator: &ast::Decorator| last_name(&decorator.expression).map(str::to_owned);
    let mut names = function.decorator_list.iter().filter_map(name);
    names.any(|name| name == "abstractmethod" || name == "abstractproperty")
}

/// The name that ends an expression: `Protocol` of `typing.Protocol[T]`.
fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Subscript(subscript) => last_name(&subscript.value),
        _ => None,
    }
}
