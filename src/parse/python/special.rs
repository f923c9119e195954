//! Calls and assignments that Python gives a meaning for imports.
//!
//! In: a call or an assignment. Out: dynamic imports, `__all__`.
//! Invariant: only literals make edges; computed names are kept as unresolved.
//! Never: evaluates code.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::extract::{All, What};
use super::walk::Walker;
use crate::model::Labels;

impl<'a> Walker<'a> {
    /// `import_module("x")` and `__import__("x")`.
    ///
    /// A relative path counts from the literal `package`, else from the file's own. A computed
    /// path is kept as written: `import_module(f"plugins.{name}")`.
    pub(super) fn dynamic_import(&mut self, call: &'a ast::ExprCall) {
        if !self.is_dynamic_import(&call.func) {
            return;
        }
        let Some(argument) = call.arguments.find_argument_value("name", 0) else {
            return;
        };
        let Expr::StringLiteral(literal) = argument else {
            let at = self.position(argument.start());
            self.extract.computed.push((self.source(call).into(), at));
            return;
        };
        let path = literal.value.to_str();
        let module = path.trim_start_matches('.');
        let level = path.len() - module.len();
        let (base, level) = match call.arguments.find_argument_value("package", 1) {
            Some(Expr::StringLiteral(package)) if level > 0 => (package.value.to_str(), level),
            _ => ("", level),
        };
        let labels = self.labels;
        self.labels = labels.with(Labels::DYNAMIC);
        if let Some(module) = below_package(base, level, module) {
            self.add_import(&module, 0, What::Module, false, argument)
        } else {
            self.add_import(module, level as u32, What::Module, false, argument)
        };
        self.labels = labels;
    }

    /// Whether a callee is `__import__`, or `import_module` of `importlib` under whatever name.
    fn is_dynamic_import(&self, callee: &Expr) -> bool {
        match callee {
            Expr::Name(name) if name.id == "__import__" => true,
            _ if !self.uses_importlib => false,
            Expr::Name(name) => {
                self.is_imported_as(name.id.as_str(), "importlib", Some("import_module"))
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "import_module" => {
                match &*attribute.value {
                    _ if !self.uses_importlib => false,
                    Expr::Name(name) => self.is_imported_as(name.id.as_str(), "importlib", None),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether `name` here may be bound by an import of `module`, or of `item` from it.
    fn is_imported_as(&self, name: &str, module: &str, item: Option<&str>) -> bool {
        let Some(state) = self.scopes.peek_text(name) else {
            return false;
        };
        self.scopes
            .imports(state)
            .map(|import| &self.exports.imports[import])
            .any(|import| {
                let root = import.module.split('.').next();
                match (&import.what, item) {
                    (What::Name(imported), Some(item)) => {
                        &*import.module == module && **imported == *item
                    }
                    (What::Root | What::Module, None) => root == Some(module),
                    _ => false,
                }
            })
    }

    /// `__all__ = [...]` and `__all__ += [...]`.
    ///
    /// Only at module level; `extend` is set for `+=`, all else starts the list anew.
    pub(super) fn assign_all(&mut self, targets: &'a [Expr], value: &'a Expr, extend: bool) {
        let is_all = |target: &Expr| matches!(target, Expr::Name(name) if name.id == "__all__");
        if !self.scopes.at_module_level() || !targets.iter().any(is_all) {
            return;
        }
        if !extend {
            self.exports.all = Some(All::default());
        }
        self.add_to_all(value);
    }

    /// `__all__.extend([...])` and `__all__.append("x")`.
    ///
    /// `remove("x")` is understood, too. Any other method leaves the list open: it may then hold
    /// any name.
    pub(super) fn extend_all(&mut self, call: &'a ast::ExprCall) {
        let Expr::Attribute(callee) = &*call.func else {
            return;
        };
        if !matches!(&*callee.value, Expr::Name(name) if name.id == "__all__") {
            return;
        }
        match (callee.attr.as_str(), call.arguments.args.first()) {
            ("extend", Some(value)) => self.add_to_all(value),
            ("append", Some(Expr::StringLiteral(name))) => {
                let name = name.value.to_str().into();
                self.all_mut().names.insert(name);
            }
            ("remove", Some(Expr::StringLiteral(name))) => {
                let name = name.value.to_str();
                self.all_mut().names.retain(|known| **known != *name);
            }
            _ => self.all_mut().open = true,
        }
    }

    /// Adds the names of a value: lists, sums of lists, `other.__all__`, and `sorted(…)` and its
    /// like around them. Anything else leaves `__all__` open.
    fn add_to_all(&mut self, value: &'a Expr) {
        match value {
            Expr::List(list) => list.elts.iter().for_each(|item| self.add_item(item)),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|item| self.add_item(item)),
            Expr::Set(set) => set.elts.iter().for_each(|item| self.add_item(item)),
            Expr::BinOp(sum) if sum.op == ast::Operator::Add => {
                self.add_to_all(&sum.left);
                self.add_to_all(&sum.right);
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__all__" => {
                match &*attribute.value {
                    Expr::Name(module) => {
                        let module = module.id.as_str().into();
                        self.all_mut().modules.push(module);
                    }
                    _ => self.all_mut().open = true,
                }
            }
            Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
                (Expr::Name(name), [value])
                    if matches!(name.id.as_str(), "list" | "tuple" | "sorted" | "set") =>
                {
                    self.add_to_all(value);
                }
                _ => self.all_mut().open = true,
            },
            _ => self.all_mut().open = true,
        }
    }

    /// Adds one element: a string, a starred list, or `Cart.__name__`.
    fn add_item(&mut self, item: &'a Expr) {
        match item {
            Expr::StringLiteral(name) => {
                let name = name.value.to_str().into();
                self.all_mut().names.insert(name);
            }
            Expr::Starred(starred) => self.add_to_all(&starred.value),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "__name__" => {
                if let Expr::Name(name) = &*attribute.value {
                    let name = name.id.as_str().into();
                    self.all_mut().names.insert(name);
                }
            }
            _ => self.all_mut().open = true,
        }
    }
}

/// The absolute name of `level` dots and `module`, counted from `package`.
///
/// (`a.b`, 2, `c`) → `a.c`: the first dot is the package itself. `None` without a literal
/// package, or with more dots than parts.
fn below_package(package: &str, level: usize, module: &str) -> Option<String> {
    if package.is_empty() || level == 0 {
        return None;
    }
    let mut parts: Vec<&str> = package.split('.').collect();
    parts.truncate(parts.len().checked_sub(level - 1)?);
    if !module.is_empty() {
        parts.push(module);
    }
    Some(parts.join("."))
}
