//! Programming languages that have no parser here.
//!
//! In: a file name extension. Out: the name of its language.
//! Invariant: an extension that a parser reads is not listed.
//! Never: a language of data, markup or build scripts.

/// Extensions by language.
const LANGUAGES: [(&str, &[&str]); 25] = [
    ("Astro", &["astro"]),
    (
        "C and C++",
        &["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx"],
    ),
    ("C#", &["cs"]),
    ("Clojure", &["clj", "cljs", "cljc"]),
    ("Crystal", &["cr"]),
    ("Cython", &["pyx"]),
    ("Dart", &["dart"]),
    ("Elixir", &["ex", "exs"]),
    ("Elm", &["elm"]),
    ("Erlang", &["erl"]),
    ("F#", &["fs"]),
    ("Groovy", &["groovy"]),
    ("Haskell", &["hs"]),
    ("Julia", &["jl"]),
    ("Kotlin", &["kt"]),
    ("Lua", &["lua"]),
    ("Nim", &["nim"]),
    ("OCaml", &["ml", "mli"]),
    ("Objective-C", &["mm"]),
    ("PHP", &["php"]),
    ("Ruby", &["rb"]),
    ("Scala", &["scala"]),
    ("Swift", &["swift"]),
    ("Visual Basic", &["vb"]),
    ("Zig", &["zig"]),
];

/// The language of a file name extension, if it is one without a parser.
pub(super) fn language(extension: &str) -> Option<&'static str> {
    let known = LANGUAGES
        .iter()
        .find(|(_, endings)| endings.contains(&extension));
    known.map(|(name, _)| *name)
}
