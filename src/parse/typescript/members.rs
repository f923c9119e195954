//! Uses through a chain of names: `a.b.c`, `A.B` in a type, `<a.B/>`.
//!
//! In: nodes of the tree. Out: uses on the [`Walker`].
//! Invariant: a chain is one use, of its first name with all that follow.
//! Never: what a name means; resolution decides.

use oxc_ast::ast::{
    Expression, JSXMemberExpression, JSXMemberExpressionObject, StaticMemberExpression,
    TSQualifiedName, TSTypeName,
};

use super::scope::MemberId;
use super::walk::Walker;

impl<'a> Walker<'a> {
    /// `a.b.c` as one use of `a`, when `a` is imported.
    ///
    /// Returns `false`, and leaves no members behind, when the root is not an imported name; the
    /// caller then visits the parts. The chain is walked from its end, and the members turned
    /// around after.
    pub(super) fn member_use(&mut self, member: &StaticMemberExpression<'a>) -> bool {
        let first = self.members.next_id();
        let mut next = member;
        loop {
            self.members.push(next.property.name.as_str());
            match &next.object {
                Expression::StaticMemberExpression(inner) => next = inner,
                Expression::Identifier(root) if self.is_imported(&root.name) => {
                    self.turn_members(first);
                    self.use_name(root.name.as_str(), root.span.start, first, false);
                    return true;
                }
                _ => break,
            }
        }
        self.members.truncate(first.index());
        false
    }

    /// Reverses the members from `first` on, which were gathered from the last to the first.
    pub(super) fn turn_members(&mut self, first: MemberId) {
        let members = self.members.run_from(first);
        self.members[members].reverse();
    }

    /// `A.B.C` in a type as one use of `A`; nothing for a type that starts with `this`.
    pub(super) fn qualified_use(&mut self, name: &TSQualifiedName<'a>) {
        let first = self.members.next_id();
        let mut next = name;
        loop {
            self.members.push(next.right.name.as_str());
            match &next.left {
                TSTypeName::QualifiedName(inner) => next = inner,
                TSTypeName::IdentifierReference(root) => {
                    self.turn_members(first);
                    return self.use_name(root.name.as_str(), root.span.start, first, false);
                }
                TSTypeName::ThisExpression(_) => break,
            }
        }
        self.members.truncate(first.index());
    }

    /// `<a.B.C/>` as one use of `a`; nothing for an element that starts with `this`.
    pub(super) fn element_use(&mut self, member: &JSXMemberExpression<'a>) {
        let first = self.members.next_id();
        let mut next = member;
        loop {
            self.members.push(next.property.name.as_str());
            match &next.object {
                JSXMemberExpressionObject::MemberExpression(inner) => next = inner,
                JSXMemberExpressionObject::IdentifierReference(root) => {
                    self.turn_members(first);
                    return self.use_name(root.name.as_str(), root.span.start, first, false);
                }
                JSXMemberExpressionObject::ThisExpression(_) => break,
            }
        }
        self.members.truncate(first.index());
    }
}
