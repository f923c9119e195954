//! Walks a TypeScript syntax tree once, for names, paths and measures.
//!
//! In: a program. Out: [`Extract`].
//! Invariant: every name is recorded with its scope; decisions fall after the walk.
//! Never: looks at another file.

use std::cell::Cell;
use std::sync::Arc;

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentPattern, BindingIdentifier,
    BindingPattern, BindingProperty, BlockStatement, CallExpression, CatchClause, Class, ClassBody,
    ClassHeritage, ConditionalExpression, DoWhileStatement, ExportAllDeclaration,
    ExportFromDeclaration, ExportNamedDeclaration, ForInStatement, ForOfStatement, ForStatement,
    Function, FunctionBody, FunctionType, IdentifierReference, IfStatement, ImportDeclaration,
    ImportExpression, JSXMemberExpression, LogicalExpression, MethodDefinition, ModuleExportName,
    NewExpression, ObjectExpression, Program, PropertyDefinition, Statement,
    StaticMemberExpression, SwitchCase, SwitchStatement, TSClassImplements, TSEnumDeclaration,
    TSExternalModuleDeclaration, TSImportEqualsDeclaration, TSImportType, TSInterfaceDeclaration,
    TSInterfaceHeritage, TSModuleReference, TSType, TSTypeAliasDeclaration, TSTypeName,
    TSTypeQuery, VariableDeclaration, WhileStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{ScopeFlags, ScopeId};
use oxc_span::{GetSpan, Span};
use rustc_hash::FxHashSet;

use super::decorators;
use super::extract::{Extract, Module};
use super::lexemes::Layout;
use super::scope::{MemberId, RawUse, Scopes, TOP};
use crate::model::{FunctionRange, IndexVec, Position, SymbolKind};
use crate::parse::tokens::lexemes::Role;
use crate::source::lines::Lines;

/// The walk over one file.
pub(super) struct Walker<'a> {
    /// The text of the file; of a Flow file, its outline.
    pub(super) text: &'a str,
    /// Lines of the whole file.
    lines: &'a Lines<'a>,
    pub(super) scopes: Scopes<'a>,
    pub(super) extract: Extract,
    /// What other files will see.
    pub(super) module: Module,
    /// Members of uses of names that may be namespaces.
    pub(super) members: IndexVec<MemberId, &'a str>,
    /// How many types are around the current node.
    type_depth: u32,
    /// In a supertype, outside of its arguments.
    pub(super) inherit: bool,
    /// How many functions are around; decisions outside of all are not counted.
    functions: u32,
    /// In the pattern of a `var`.
    is_var: bool,
    /// Inside `typeof x` in a type.
    is_query: bool,
    /// Classes around, `None` for those without a name.
    classes: Vec<Option<&'a str>>,
    /// Inside `declare global` or `declare module`.
    pub(super) ambient_depth: u32,
    /// Exported names that stand for local names, decided at the end.
    pub(super) exported_locals: Vec<(&'a str, &'a str)>,
    /// Names on the right of `exports.x = …`, and what they are called outside.
    pub(super) handed_on: Vec<(&'a str, Box<str>)>,
    /// What the top of the file declares.
    pub(super) declared: FxHashSet<(&'a str, SymbolKind)>,
    /// Names of it that are values, whatever else.
    pub(super) local_values: FxHashSet<&'a str>,
    /// Variables named before a function expression.
    function_name: Option<&'a str>,
    /// Where the names stand that decorators keep for the run.
    pub(super) decorated: FxHashSet<u32>,
    /// What braces and line ends mean, for who wants to know what the text consists of.
    pub(super) layout: Option<Layout>,
}

impl<'a> Walker<'a> {
    /// Notes what the brace at the start of `span` stands for.
    fn opens(&mut self, span: Span, role: Role) {
        if let Some(layout) = &mut self.layout {
            layout.braces.push((span.start, role));
        }
    }

    /// Notes where a statement ends that no mark of its own ends.
    ///
    /// The body of `x => x + 1` is a statement to the parser, but ends none in the text.
    fn ends(&mut self, span: Span) {
        if let Some(layout) = &mut self.layout
            && layout.expression_end != span.end
            && !self.text[..span.end as usize].ends_with([';', '}'])
        {
            layout.ends.push(span.end);
        }
    }

    pub(super) fn new(text: &'a str, lines: &'a Lines<'a>) -> Self {
        Self {
            text,
            lines,
            scopes: Scopes::new(),
            extract: Extract::default(),
            module: Module::default(),
            members: IndexVec::default(),
            type_depth: 0,
            inherit: false,
            functions: 0,
            is_var: false,
            is_query: false,
            classes: Vec::new(),
            ambient_depth: 0,
            exported_locals: Vec::new(),
            handed_on: Vec::new(),
            layout: None,
            declared: FxHashSet::default(),
            local_values: FxHashSet::default(),
            function_name: None,
            decorated: FxHashSet::default(),
        }
    }

    /// Walks the whole file: first its imports, so that uses know them, then everything.
    pub(super) fn program(&mut self, program: &Program<'a>) {
        self.reference_comments(program);
        self.top_level(&program.body);
        self.visit_statements(&program.body);
    }

    /// Line and column of an offset in the file.
    pub(super) fn position(&self, offset: u32) -> Position {
        self.lines.position(offset as usize)
    }

    fn line(&self, offset: u32) -> u32 {
        self.lines.line(offset as usize)
    }

    /// The text of a node.
    pub(super) fn slice(&self, span: oxc_span::Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }

    pub(super) fn in_type(&self) -> bool {
        self.type_depth > 0
    }

    /// Records a use of `name`, followed by the members pushed since `first`.
    pub(super) fn use_name(&mut self, name: &'a str, offset: u32, first: MemberId, exported: bool) {
        let chain = self.members.run_from(first);
        let (scope, in_type, inherit) = (self.scopes.current(), self.in_type(), self.inherit);
        let names_type = in_type && !self.is_query;
        let decorated = names_type && self.decorated.contains(&offset);
        self.scopes.add_use(
            name,
            RawUse {
                scope,
                offset,
                chain,
                in_type,
                names_type,
                decorated,
                inherit,
                exported,
            },
        );
    }

    /// Whether some scope of the file imports the name; if not, its members are of no interest.
    pub(super) fn is_imported(&self, name: &str) -> bool {
        self.scopes
            .find(name)
            .is_some_and(|name| !name.bindings.is_empty())
    }

    /// Adds to the cyclomatic number, inside of functions only.
    fn decide(&mut self, decisions: u32) {
        if self.functions > 0 {
            self.extract.own.complexity += decisions;
        }
    }

    /// Notes the lines of a named function; a method is `Class::method`.
    ///
    /// The last line is that of the last byte: the end of the span would lie on the line behind.
    fn record_function(&mut self, name: Option<&str>, span: oxc_span::Span) {
        let Some(name) = name else { return };
        let name = match self.classes.last() {
            Some(Some(class)) => format!("{class}::{name}").into(),
            _ => name.into(),
        };
        let (first, last) = (self.line(span.start), self.line(span.end.saturating_sub(1)));
        self.extract
            .own
            .functions
            .push(FunctionRange { name, first, last });
    }

    fn in_types(&mut self, visit: impl FnOnce(&mut Self)) {
        self.type_depth += 1;
        visit(self);
        self.type_depth -= 1;
    }

    /// Marks the uses in `visit` as supertypes.
    fn as_supertype(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.inherit, true);
        visit(self);
        self.inherit = before;
    }

    /// Leaves supertypes for a while: arguments of `extends mixin(Base)` are plain uses.
    fn without_inherit(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.inherit, false);
        visit(self);
        self.inherit = before;
    }

    /// The result: uses joined with imports, free names, exports.
    pub(super) fn finish(mut self, declaration: bool, javascript: bool) -> Extract {
        self.join_uses();
        self.module.declaration = declaration;
        self.finish_exports(javascript);
        self.extract.module = Arc::new(self.module);
        self.extract
    }
}

impl<'a> Visit<'a> for Walker<'a> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        self.ends(it.span());
        walk::walk_statement(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.ends(it.span);
        walk::walk_property_definition(self, it);
    }

    /// The brace of a `switch` has no node of its own: it is the first behind the discriminant.
    fn visit_switch_statement(&mut self, it: &SwitchStatement<'a>) {
        let head = it.discriminant.span().end;
        let cases = Span::new(head, it.span.end);
        let brace = self.slice(cases).find('{').unwrap_or(0) as u32;
        self.opens(Span::new(head + brace, it.span.end), Role::Block);
        walk::walk_switch_statement(self, it);
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        self.opens(it.span, Role::Block);
        walk::walk_block_statement(self, it);
    }

    fn visit_function_body(&mut self, it: &FunctionBody<'a>) {
        if self.slice(it.span).starts_with('{') {
            self.opens(it.span, Role::Body);
        } else if let Some(layout) = &mut self.layout {
            layout.expression_end = it.span.end;
        }
        walk::walk_function_body(self, it);
    }

    fn visit_class_body(&mut self, it: &ClassBody<'a>) {
        self.opens(it.span, Role::Body);
        walk::walk_class_body(self, it);
    }

    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        self.opens(it.span, Role::Value);
        walk::walk_object_expression(self, it);
    }

    fn enter_scope(&mut self, flags: ScopeFlags, _id: &Cell<Option<ScopeId>>) {
        self.scopes.enter(flags.intersects(ScopeFlags::Var));
    }

    fn leave_scope(&mut self) {
        self.scopes.leave();
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let first = self.members.next_id();
        self.use_name(it.name.as_str(), it.span.start, first, false);
    }

    /// A name that is bound outside of patterns: of a function, class, type or alias.
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.scopes.declare(it.name.as_str(), self.scopes.current());
    }

    /// Declares the names of a pattern: those of a `var` in the function around, all others here.
    fn visit_binding_pattern(&mut self, it: &BindingPattern<'a>) {
        let BindingPattern::BindingIdentifier(id) = it else {
            return walk::walk_binding_pattern(self, it);
        };
        let scope = if self.is_var {
            self.scopes.var_scope()
        } else {
            self.scopes.current()
        };
        self.scopes.declare_value(id.name.as_str(), scope);
    }

    /// `typeof x` in a type means the value `x`, which variables do hide.
    fn visit_ts_type_query(&mut self, it: &TSTypeQuery<'a>) {
        let before = std::mem::replace(&mut self.is_query, true);
        walk::walk_ts_type_query(self, it);
        self.is_query = before;
    }

    /// A chain of members as one use, if its root is imported; else its parts.
    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if !self.member_use(it) {
            self.visit_expression(&it.object);
        }
    }

    /// A variable takes its scope from the kind of declaration; a function assigned to it, its
    /// name.
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        for declarator in &it.declarations {
            self.is_var = it.kind.is_var();
            if !self.require_declaration(declarator) {
                self.visit_binding_pattern(&declarator.id);
            }
            self.is_var = false;
            declarator
                .type_annotation
                .iter()
                .for_each(|annotation| self.visit_ts_type_annotation(annotation));
            if let BindingPattern::BindingIdentifier(id) = &declarator.id {
                self.function_name = Some(id.name.as_str());
            }
            declarator
                .init
                .iter()
                .for_each(|init| self.visit_expression(init));
            self.function_name = None;
        }
    }

    /// A computed key is an expression: what is declared in it is no part of the pattern.
    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        let is_var = std::mem::replace(&mut self.is_var, false);
        self.visit_property_key(&it.key);
        self.is_var = is_var;
        self.visit_binding_pattern(&it.value);
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.visit_binding_pattern(&it.left);
        let is_var = std::mem::replace(&mut self.is_var, false);
        self.visit_expression(&it.right);
        self.is_var = is_var;
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        if let Some(id) = it
            .id
            .as_ref()
            .filter(|_| it.is_declaration() || it.r#type == FunctionType::TSDeclareFunction)
        {
            let scope = self.scopes.current();
            self.scopes.declare(id.name.as_str(), scope);
        }
        let named = self.function_name.take();
        self.record_function(it.id.as_ref().map(|id| id.name.as_str()).or(named), it.span);
        self.functions += 1;
        self.decide(u32::from(it.body.is_some()));
        self.without_inherit(|walker| walk::walk_function(walker, it, flags));
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let named = self.function_name.take();
        self.record_function(named, it.span);
        self.functions += 1;
        self.decide(1);
        self.without_inherit(|walker| walk::walk_arrow_function_expression(walker, it));
        self.functions -= 1;
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.function_name = it.key.static_name().map(|_| self.slice(it.key.span()));
        walk::walk_method_definition(self, it);
        self.function_name = None;
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.function_name = None;
        if it.r#abstract {
            self.extract.own.types.abstract_types += 1;
        } else {
            self.extract.own.types.concrete_types += 1;
        }
        self.classes.push(it.id.as_ref().map(|id| id.name.as_str()));
        self.decorated.extend(decorators::kept_types(it));
        self.without_inherit(|walker| walk::walk_class(walker, it));
        self.classes.pop();
    }

    fn visit_class_heritage(&mut self, it: &ClassHeritage<'a>) {
        self.as_supertype(|walker| walker.visit_expression(&it.expression));
        it.type_arguments
            .iter()
            .for_each(|arguments| self.visit_ts_type_parameter_instantiation(arguments));
    }

    fn visit_ts_class_implements(&mut self, it: &TSClassImplements<'a>) {
        self.as_supertype(|walker| walker.visit_ts_type_name(&it.expression));
        it.type_arguments
            .iter()
            .for_each(|arguments| self.visit_ts_type_parameter_instantiation(arguments));
    }

    fn visit_ts_interface_heritage(&mut self, it: &TSInterfaceHeritage<'a>) {
        self.as_supertype(|walker| walker.visit_ts_type_name(&it.type_name));
        it.type_arguments
            .iter()
            .for_each(|arguments| self.visit_ts_type_parameter_instantiation(arguments));
    }

    fn visit_arguments(&mut self, it: &oxc_allocator::Vec<'a, Argument<'a>>) {
        self.without_inherit(|walker| walk::walk_arguments(walker, it));
    }

    fn visit_ts_interface_declaration(&mut self, it: &TSInterfaceDeclaration<'a>) {
        self.extract.own.types.abstract_types += 1;
        walk::walk_ts_interface_declaration(self, it);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &TSTypeAliasDeclaration<'a>) {
        self.extract.own.types.concrete_types += 1;
        walk::walk_ts_type_alias_declaration(self, it);
    }

    fn visit_ts_enum_declaration(&mut self, it: &TSEnumDeclaration<'a>) {
        self.extract.own.types.concrete_types += 1;
        walk::walk_ts_enum_declaration(self, it);
    }

    fn visit_ts_type(&mut self, it: &TSType<'a>) {
        self.in_types(|walker| walk::walk_ts_type(walker, it));
    }

    fn visit_ts_type_name(&mut self, it: &TSTypeName<'a>) {
        self.in_types(|walker| match it {
            TSTypeName::QualifiedName(name) => walker.qualified_use(name),
            other => walk::walk_ts_type_name(walker, other),
        });
    }

    fn visit_ts_import_type(&mut self, it: &TSImportType<'a>) {
        self.import_type(it);
        it.type_arguments
            .iter()
            .for_each(|arguments| self.visit_ts_type_parameter_instantiation(arguments));
    }

    fn visit_jsx_member_expression(&mut self, it: &JSXMemberExpression<'a>) {
        self.element_use(it);
    }

    fn visit_import_declaration(&mut self, _it: &ImportDeclaration<'a>) {}

    fn visit_export_all_declaration(&mut self, _it: &ExportAllDeclaration<'a>) {}

    fn visit_export_from_declaration(&mut self, _it: &ExportFromDeclaration<'a>) {}

    fn visit_export_named_declaration(&mut self, it: &ExportNamedDeclaration<'a>) {
        for specifier in &it.specifiers {
            let type_only = it.export_kind.is_type() || specifier.export_kind.is_type();
            if let ModuleExportName::IdentifierReference(local) = &specifier.local {
                let first = self.members.next_id();
                self.type_depth += u32::from(type_only);
                self.use_name(local.name.as_str(), local.span.start, first, true);
                self.type_depth -= u32::from(type_only);
            }
        }
    }

    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        match &it.module_reference {
            TSModuleReference::ExternalModuleReference(_) if self.scopes.current() != TOP => {
                self.import_equals(it);
            }
            TSModuleReference::ExternalModuleReference(_) => {}
            TSModuleReference::QualifiedName(name) => {
                self.visit_binding_identifier(&it.id);
                self.qualified_use(name);
            }
            TSModuleReference::IdentifierReference(_) => {
                walk::walk_ts_import_equals_declaration(self, it);
            }
        }
    }

    fn visit_ts_external_module_declaration(&mut self, it: &TSExternalModuleDeclaration<'a>) {
        self.scopes.enter(true);
        self.ambient_depth += 1;
        if let Some(body) = &it.body {
            self.block_imports(&body.body);
            self.visit_statements(&body.body);
        }
        self.ambient_depth -= 1;
        self.scopes.leave();
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.require_call(it);
        self.function_name = None;
        walk::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.new_url(it);
        walk::walk_new_expression(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.dynamic_import(it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.common_js_export(it);
        walk::walk_assignment_expression(self, it);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.decide(1);
        walk::walk_if_statement(self, it);
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.decide(1);
        walk::walk_for_statement(self, it);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.decide(1);
        walk::walk_for_in_statement(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.decide(1);
        walk::walk_for_of_statement(self, it);
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.decide(1);
        walk::walk_while_statement(self, it);
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.decide(1);
        walk::walk_do_while_statement(self, it);
    }

    fn visit_switch_case(&mut self, it: &SwitchCase<'a>) {
        self.decide(u32::from(it.test.is_some()));
        walk::walk_switch_case(self, it);
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        self.decide(1);
        walk::walk_catch_clause(self, it);
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.decide(1);
        walk::walk_conditional_expression(self, it);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.decide(1);
        walk::walk_logical_expression(self, it);
    }
}
