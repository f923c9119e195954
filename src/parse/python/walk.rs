//! Walks a Python syntax tree once, for names, imports and measures.
//!
//! In: the statements of a module. Out: [`Extract`].
//! Invariant: every name is bound and looked up in the order of execution.
//! Never: looks at another file.

use std::sync::Arc;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    self as ast, Comprehension, ExceptHandler, Expr, ExprContext, Parameters, Pattern, Stmt,
    TypeParams,
};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::extract::{All, Bound, Exports, Extract, NameId, Origin, Use};
use super::scope::{Finished, Kind, Scopes, State};
use super::watched::Watched;
use crate::model::{Labels, Position};
use crate::source::lines::Lines;

/// A use that waits for its scope to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting<'a> {
    /// The attribute chain around the name.
    chain: Option<&'a ast::ExprAttribute>,
    /// Where the name starts.
    start: TextSize,
    /// As a base class.
    inherit: bool,
    /// Below `if TYPE_CHECKING`.
    type_only: bool,
}

/// The walk over one file.
pub(super) struct Walker<'a> {
    /// The text of the file.
    text: &'a str,
    lines: &'a Lines<'a>,
    /// Open scopes, and uses that wait in them.
    pub(super) scopes: Scopes<'a, Waiting<'a>>,
    /// What other files will see.
    pub(super) exports: Exports,
    pub(super) extract: Extract,
    /// Ids of attribute names, so that each is kept once.
    name_ids: FxHashMap<&'a str, NameId>,
    /// Names of the classes around.
    pub(super) classes: Vec<&'a str>,
    /// Labels of imports here (type-only or conditional blocks).
    pub(super) labels: Labels,
    /// Whether `importlib` was imported so far.
    pub(super) uses_importlib: bool,
}

impl<'a> Walker<'a> {
    /// A walk that has not begun.
    pub(super) fn new(text: &'a str, lines: &'a Lines<'a>, watched: Watched<'a>) -> Self {
        Self {
            text,
            lines,
            scopes: Scopes::new(watched),
            exports: Exports::default(),
            extract: Extract::default(),
            name_ids: FxHashMap::default(),
            classes: Vec::new(),
            labels: Labels::NONE,
            uses_importlib: false,
        }
    }

    /// Walks the whole file.
    ///
    /// What waits for the module is decided at its end. Names that nothing binds are uses only
    /// where a star import may bind them; otherwise they are built-in.
    pub(super) fn module(&mut self, body: &'a [Stmt]) {
        self.visit_body(body);
        let Finished {
            bound,
            decided,
            open,
        } = self.scopes.finish();
        for (waiting, state) in decided {
            self.emit(waiting, state);
        }
        if !self.exports.stars.is_empty() {
            for (symbol, waiting) in open {
                let origin = Origin::Star(self.name(self.scopes.text(symbol)));
                self.push_use(origin, waiting);
            }
        }
        for (symbol, state) in bound {
            let imports = self.scopes.imports(state).collect();
            let bound = Bound {
                local: state.local,
                imports,
                after: state.after,
            };
            self.exports
                .bound
                .insert(self.scopes.text(symbol).into(), bound);
        }
    }

    /// The result, uses in source order.
    pub(super) fn finish(mut self) -> Extract {
        self.extract.uses.sort_by_key(|used| used.at);
        self.judge_visibility();
        self.extract.exports = Arc::new(self.exports);
        self.extract
    }

    /// Decides which declarations are public: those of `__all__`, else those without an
    /// underscore.
    fn judge_visibility(&mut self) {
        let listed = self.exports.all.as_ref().filter(|all| !all.open);
        for declaration in &mut self.extract.own.declarations {
            declaration.public = match listed {
                Some(all) => all.names.contains(&*declaration.name),
                None => !declaration.name.starts_with('_'),
            };
        }
    }

    /// Line and column of an offset.
    pub(super) fn position(&self, offset: TextSize) -> Position {
        self.lines.position(offset.to_usize())
    }

    pub(super) fn line(&self, offset: TextSize) -> u32 {
        self.lines.line(offset.to_usize())
    }

    /// The text of a node.
    pub(super) fn source(&self, ranged: &impl Ranged) -> &'a str {
        &self.text[ranged.range().to_std_range()]
    }

    /// The id of an attribute name.
    fn name(&mut self, text: &'a str) -> NameId {
        let names = &mut self.extract.names;
        let known = self.name_ids.entry(text);
        *known.or_insert_with(|| names.push(text.into()))
    }

    /// Binds a name to something that is no import; inside of the module's scopes that only hides imports.
    pub(super) fn bind(&mut self, name: &'a str) {
        let symbol = match self.scopes.watched(name) {
            Some(symbol) => symbol,
            None if self.scopes.is_inner() => return,
            None => self.scopes.symbol(name),
        };
        self.scopes.bind(symbol, None);
    }

    /// Looks up a use, or leaves it waiting; names that no import of the file binds are skipped.
    fn use_name(
        &mut self,
        name: &'a ast::ExprName,
        chain: Option<&'a ast::ExprAttribute>,
        inherit: bool,
    ) {
        let Some(symbol) = self.scopes.watched(name.id.as_str()) else {
            return;
        };
        let type_only = self.labels.any(Labels::TYPE_ONLY);
        let waiting = Waiting {
            chain,
            start: name.range.start(),
            inherit,
            type_only,
        };
        if let Some(state) = self.scopes.look_up(symbol, waiting) {
            self.emit(waiting, state);
        }
    }

    /// Makes a use of every import that a state may mean.
    fn emit(&mut self, waiting: Waiting<'a>, state: State) {
        let mut next = state.head;
        while let Some(link) = next {
            let (import, before) = self.scopes.import(link);
            self.push_use(Origin::Import(import), waiting);
            next = before;
        }
    }

    /// Adds one use, its attributes turned into source order: `a.b.c` has the chain `b`, `c`.
    fn push_use(&mut self, origin: Origin, waiting: Waiting<'a>) {
        let first = self.extract.chains.next_id();
        let mut next = waiting.chain;
        while let Some(attribute) = next {
            let name = self.name(attribute.attr.as_str());
            self.extract.chains.push(name);
            next = attribute.value.as_attribute_expr();
        }
        let chain = self.extract.chains.run_from(first);
        self.extract.chains[chain].reverse();
        let (inherit, type_only) = (waiting.inherit, waiting.type_only);
        let at = self.position(waiting.start);
        self.extract.uses.push(Use {
            origin,
            chain,
            at,
            inherit,
            type_only,
        });
    }

    /// A name or attribute chain as a whole, or any other expression.
    ///
    /// `a.b().c` is no chain: the call is visited by itself. A base class may be subscripted
    /// (`Generic[T]`): then `Generic` is inherited, and `T` only used.
    pub(super) fn reference(&mut self, expr: &'a Expr, inherit: bool) {
        match expr {
            Expr::Name(name) => self.use_name(name, None, inherit),
            Expr::Attribute(outer) => {
                let mut inner = &*outer.value;
                while let Expr::Attribute(attribute) = inner {
                    inner = &attribute.value;
                }
                match inner {
                    Expr::Name(name) => self.use_name(name, Some(outer), inherit),
                    other => self.visit_expr(other),
                }
            }
            Expr::Subscript(subscript) if inherit => {
                self.reference(&subscript.value, true);
                self.visit_expr(&subscript.slice);
            }
            other => self.visit_expr(other),
        }
    }

    /// Leaves a scope, with the uses that it decides.
    pub(super) fn close_scope(&mut self) {
        for (waiting, state) in self.scopes.pop() {
            self.emit(waiting, state);
        }
    }

    /// Visits a block that may not run.
    pub(super) fn branch(&mut self, body: &'a [Stmt]) {
        self.scopes.enter_branch();
        self.visit_body(body);
        self.scopes.leave_branch();
    }

    /// Adds to the cyclomatic number, inside of functions only.
    pub(super) fn decide(&mut self, decisions: usize) {
        if self.scopes.in_function() {
            self.extract.own.complexity += decisions as u32;
        }
    }

    /// Visits a comprehension: generators before results, in a scope of its own.
    ///
    /// Every `for` and every `if` in it counts as a decision.
    fn comprehension(&mut self, generators: &'a [Comprehension], results: [Option<&'a Expr>; 2]) {
        self.scopes.push(Kind::Inner);
        for generator in generators {
            self.decide(1 + generator.ifs.len());
            self.visit_comprehension(generator);
        }
        results
            .into_iter()
            .flatten()
            .for_each(|result| self.visit_expr(result));
        self.close_scope();
    }

    /// Visits a lambda: a function without a name, its defaults outside.
    fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        if let Some(parameters) = &lambda.parameters {
            self.outside_of_parameters(parameters);
        }
        self.scopes.push(Kind::Function);
        if let Some(parameters) = &lambda.parameters {
            self.bind_parameters(parameters);
        }
        self.visit_expr(&lambda.body);
        self.close_scope();
    }

    /// Defaults and annotations, which belong to the scope around the function.
    pub(super) fn outside_of_parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            parameter
                .default()
                .into_iter()
                .for_each(|default| self.visit_expr(default));
            parameter
                .annotation()
                .into_iter()
                .for_each(|annotation| self.visit_expr(annotation));
        }
    }

    /// Binds the names of all parameters.
    pub(super) fn bind_parameters(&mut self, parameters: &'a Parameters) {
        for parameter in parameters {
            self.bind(parameter.name().as_str());
        }
    }

    /// Opens the scope of type parameters (`def f[T](…)`), if there are any.
    pub(super) fn open_type_params(&mut self, params: Option<&'a TypeParams>) {
        let Some(params) = params else { return };
        self.scopes.push(Kind::Inner);
        for param in params {
            self.bind(param.name().as_str());
        }
        self.visit_type_params(params);
    }

    /// Closes the scope of type parameters, if there is one.
    pub(super) fn close_type_params(&mut self, params: Option<&'a TypeParams>) {
        if params.is_some() {
            self.close_scope();
        }
    }

    /// Visits a call, and looks whether it imports or extends `__all__`.
    fn call(&mut self, call: &'a ast::ExprCall) {
        self.dynamic_import(call);
        self.extend_all(call);
        self.visit_expr(&call.func);
        self.visit_arguments(&call.arguments);
    }

    /// Counts the decisions of an expression: each `and` and `or`, and `x if c else y`.
    fn measure(&mut self, expr: &'a Expr) {
        match expr {
            Expr::BoolOp(operation) => self.decide(operation.values.len().saturating_sub(1)),
            Expr::If(_) => self.decide(1),
            _ => {}
        }
    }

    /// `__all__`, empty if nothing assigned it yet.
    pub(super) fn all_mut(&mut self) -> &mut All {
        self.exports.all.get_or_insert_default()
    }
}

impl<'a> Visitor<'a> for Walker<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.statement(stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Store => self.bind(name.id.as_str()),
            Expr::Name(_) | Expr::Attribute(_) => self.reference(expr, false),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::ListComp(list) => self.comprehension(&list.generators, [Some(&list.elt), None]),
            Expr::SetComp(set) => self.comprehension(&set.generators, [Some(&set.elt), None]),
            Expr::DictComp(dict) => {
                self.comprehension(&dict.generators, [dict.key.as_deref(), Some(&dict.value)]);
            }
            Expr::Generator(generator) => {
                self.comprehension(&generator.generators, [Some(&generator.elt), None]);
            }
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(_) | Expr::NumberLiteral(_) | Expr::BytesLiteral(_) => {}
            other => {
                self.measure(other);
                visitor::walk_expr(self, other);
            }
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(handler) = handler;
        self.decide(1);
        handler.type_.iter().for_each(|kind| self.visit_expr(kind));
        if let Some(name) = &handler.name {
            self.bind(name.as_str());
        }
        self.branch(&handler.body);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name.as_str());
        }
        visitor::walk_pattern(self, pattern);
    }
}
