//! Python: names from imports to the files that define them.
//!
//! In: `.py` and `.pyi` files. Out: facts per file.
//! Invariant: the answers of Python's own import system, without running it.
//! Never: executes code, follows `sys.path` changes.
//!
//! One use of one name, from its file to an edge:
//!
//! ```text
//! shop/__init__.py   from .cart import Cart
//! shop/cart.py       class Cart: ...
//! web/views.py       import shop
//!                    def view(): return shop.Cart()
//! ```
//!
//! **Collect**, each file alone ([`extract`]). `watched` takes the names that imports may bind from
//! the tokens, so that all others cost nothing. `walk` visits the tree in the order of execution,
//! `statements` says what each statement binds, `scope` which import a name means at a place:
//! a function sees what the module binds in the end, a class body what it binds so far. `special`
//! reads `__all__` and literal calls of `import_module`. Of `web/views.py` remain the import `shop`,
//! bound as `shop`, and a use of it with the chain `.Cart`.
//!
//! **Index**, once. [`modules`] lays the files out as a tree of dotted names below the folders where
//! names start (those of manifests, those above the topmost packages) and says that `shop` means
//! `shop/__init__.py` for code in `web/`. [`names`] keeps what every module binds at its top.
//!
//! **Resolve**, each file alone ([`resolve`]). The chain is followed as far as modules go: `Cart` of
//! `shop/__init__.py` is an import there, so it is what `.cart` has under that name, the class of
//! `shop/cart.py`. The facts of `web/views.py` are an import of `shop/__init__.py`, labelled as a
//! facade, for all that is used of it lies behind it, and a reference to `Cart` of `shop/cart.py`
//! by way of `shop/__init__.py`.
//!
//! Alternatives are kept as they are: after `try: import a except ImportError: import b as a`, a use
//! of `a` refers to both.
//!
//! Rejected: to end at the file that the import names. Every package with an `__init__.py` that
//! collects its parts would look like a hub of the system, and cycles through it like cycles of the
//! code. Rejected, too: to take the only file that defines a `Cart`. That holds until there are two.

mod extract;
mod lexemes;
mod modules;
mod names;
mod read;
mod resolve;
mod roots;
mod scope;
mod special;
mod statements;
mod stdlib;
mod walk;
mod watched;

use crate::model::LanguageId;
use crate::parse::language::Language;

/// The Python language.
pub(super) static PYTHON: Language<extract::Extract, names::Index> = Language {
    id: LanguageId("python"),
    extract: read::read,
    index: |project, _, extracts| names::Index::new(project, extracts),
    resolve: |index, project, file, extract| resolve::resolve(index, project, file, extract),
    notifications: |_| Vec::new(),
};
