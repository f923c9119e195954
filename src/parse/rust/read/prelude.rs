//! Names of the standard library that every file knows.
//!
//! In: a name. Out: whether it is one of them.
//! Invariant: asked only after every scope has been.
//! Never: names that need an import.

use super::facts::Spaces;

/// Types and traits in scope everywhere.
const TYPES: &str = "AsMut AsRef AsyncFn AsyncFnMut AsyncFnOnce Box Clone Copy Debug Default \
    DoubleEndedIterator Drop Eq ExactSizeIterator Extend Fn FnMut FnOnce From FromIterator \
    Future Hash Into IntoFuture IntoIterator Iterator Option Ord PartialEq PartialOrd Result \
    Send Sized String Sync ToOwned ToString TryFrom TryInto Unpin Vec";
/// Types of the language.
const PRIMITIVES: &str =
    "bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f16 f32 f64 f128";
/// Functions and variants in scope everywhere.
const VALUES: &str = "None Some Ok Err drop size_of align_of size_of_val";
/// Macros, derives and attributes in scope everywhere.
const MACROS: &str = "assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne print println \
    eprint eprintln format format_args write writeln vec panic todo unimplemented \
    unreachable matches dbg include include_str include_bytes concat stringify env \
    option_env line column file module_path cfg compile_error thread_local \
    is_x86_feature_detected try global_asm const_format_args Clone Copy Debug Default Eq \
    PartialEq Ord PartialOrd Hash test bench derive global_allocator test_case asm addr_of \
    ready pin cfg_accessible concat_idents";

/// Whether a list of words has `name`.
fn is_in(words: &str, name: &str) -> bool {
    words.split(' ').any(|word| word == name)
}

/// Whether a path may start with `name` as a type.
pub(crate) fn is_type(name: &str) -> bool {
    is_in(TYPES, name) || is_primitive(name)
}

/// Whether `name` is a type of the language itself.
pub(crate) fn is_primitive(name: &str) -> bool {
    is_in(PRIMITIVES, name)
}

/// Whether `name` alone means something of the standard library.
pub(crate) fn knows(name: &str, space: Spaces) -> bool {
    match space {
        Spaces::TYPES => is_type(name),
        Spaces::VALUES => is_in(VALUES, name),
        _ => is_in(MACROS, name),
    }
}
