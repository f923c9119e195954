//! The types that a program with `emitDecoratorMetadata` knows at run time.
//!
//! In: a class. Out: where the names of such types stand.
//! Invariant: what the compiler writes as `design:type`, `design:paramtypes` and `design:returntype`.
//! Never: type arguments, arrays, or unions of several types, which are written as `Object` or `Array`.

use oxc_ast::ast::{
    Class, ClassElement, FormalParameters, MethodDefinition, MethodDefinitionKind, TSType,
    TSTypeAnnotation, TSTypeName,
};
use oxc_span::GetSpan;

/// The places of the names whose classes the decorators of a class keep.
///
/// For a decorated class those are the constructor's parameters; for a decorated method, or
/// one with a decorated parameter, its parameters and its result; for a decorated field, its
/// type. The offsets are those of the names' first characters and in source order of the
/// members.
pub(super) fn kept_types(class: &Class<'_>) -> Vec<u32> {
    let mut kept = Vec::new();
    for element in &class.body.body {
        match element {
            ClassElement::MethodDefinition(method) => {
                of_method(method, !class.decorators.is_empty(), &mut kept);
            }
            ClassElement::PropertyDefinition(property) if !property.decorators.is_empty() => {
                kept.extend(property.type_annotation.as_deref().and_then(place));
            }
            ClassElement::AccessorProperty(property) if !property.decorators.is_empty() => {
                kept.extend(property.type_annotation.as_deref().and_then(place));
            }
            _ => {}
        }
    }
    kept
}

/// Adds the types of a method's signature, if the compiler writes them down.
///
/// A constructor has no decorators of its own: those of its class count for it.
fn of_method(method: &MethodDefinition<'_>, of_class: bool, kept: &mut Vec<u32>) {
    let parameters = &method.value.params;
    let own = !method.decorators.is_empty() || has_decorated(parameters);
    let constructor = method.kind == MethodDefinitionKind::Constructor;
    if own || constructor && of_class {
        let types = parameters.items.iter();
        kept.extend(types.filter_map(|it| place(it.type_annotation.as_deref()?)));
        kept.extend(method.value.return_type.as_deref().and_then(place));
    }
}

/// Whether some parameter carries a decorator (`@Inject() repo: Repo`).
fn has_decorated(parameters: &FormalParameters<'_>) -> bool {
    let mut items = parameters.items.iter();
    items.any(|item| !item.decorators.is_empty())
}

/// Where the name of a class stands that is the whole type, but for `null` and `undefined`.
///
/// `Cart | null` and `(Cart)` name `Cart`; `Cart | Order` and `string` name no class.
fn place(annotation: &TSTypeAnnotation<'_>) -> Option<u32> {
    let mut of = &annotation.type_annotation;
    loop {
        of = match of {
            TSType::TSParenthesizedType(inner) => &inner.type_annotation,
            TSType::TSUnionType(union) => {
                let nothing = |of: &&TSType<'_>| {
                    matches!(of, TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_))
                };
                let mut rest = union.types.iter().filter(|of| !nothing(of));
                let first = rest.next()?;
                if rest.next().is_some() {
                    return None;
                }
                first
            }
            TSType::TSTypeReference(reference) => {
                let this = matches!(reference.type_name, TSTypeName::ThisExpression(_));
                // The root of `a.b.C` stands where the whole name starts.
                return (!this).then(|| reference.type_name.span().start);
            }
            _ => return None,
        };
    }
}
