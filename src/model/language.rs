//! What is known of each language: names of its files, of its tests, and how it writes texts.
//!
//! In: nothing. Out: [`LANGUAGES`], one record per language.
//! Invariant: an extension belongs to one language; whoever asks about languages asks here.
//! Never: grammar; a parser knows that.

use serde::Serialize;

/// The id of a language that a parser reads, such as `rust`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LanguageId(pub &'static str);

impl LanguageId {
    /// The language by whose rules it is read and resolved: files of one family make one program.
    #[must_use]
    pub fn family(self) -> Self {
        let known = LANGUAGES.iter().find(|language| language.name == self.0);
        match known.map(|language| language.reading) {
            Some(Reading::Parsed { family }) => Self(family),
            _ => self,
        }
    }
}

/// What is known of a language.
#[derive(Debug)]
pub struct LanguageInfo {
    /// Its name: for a language with a parser its id, else what people call it, such as `C#`.
    pub name: &'static str,
    /// How much of its files is read.
    pub reading: Reading,
    /// Extensions of its files, without the dot.
    pub extensions: &'static [&'static str],
    /// What its tests are called.
    pub tests: TestNames,
    /// How it writes comments and texts; `None` where nobody looks for texts.
    pub notation: Option<Notation>,
}

/// How much of the files of a language is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A parser reads them, by the rules of this language.
    Parsed {
        /// The id of that language; its own for most.
        family: &'static str,
    },
    /// Source code without a parser: counted, and scanned where it has a notation.
    Counted,
    /// Scripts, schemas and queries: scanned for texts, but not counted as source code.
    Scanned,
}

/// What the files of a language are called that hold nothing but tests, without the extension.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestNames {
    /// How such names begin.
    pub starts: &'static [&'static str],
    /// How they end.
    pub ends: &'static [&'static str],
    /// Whole names.
    pub whole: &'static [&'static str],
    /// Names that end so and are no tests: `Test.java` declares a type that is called `Test`.
    pub never: &'static [&'static str],
}

impl TestNames {
    const NONE: Self = Self {
        starts: &[],
        ends: &[],
        whole: &[],
        never: &[],
    };

    /// Whether a file of that name, without its extension, is a test.
    #[must_use]
    pub fn fits(&self, stem: &str) -> bool {
        let starts = self.starts.iter().any(|start| stem.starts_with(start));
        let ends = self.ends.iter().any(|end| stem.ends_with(end));
        (starts || ends || self.whole.contains(&stem)) && !self.never.contains(&stem)
    }
}

/// How a language writes comments and texts; every one has `"texts"`.
#[derive(Clone, Copy, Debug)]
pub struct Notation {
    /// What starts a comment that ends with its line.
    pub line: &'static [&'static str],
    /// Whether `/* … */` is a comment.
    pub block: bool,
    /// Whether `'…'` is a text, not one character.
    pub single_quotes: bool,
    /// Whether `` `…` `` is a text.
    pub backticks: bool,
    /// Whether three quotes start a text of several lines.
    pub triple: bool,
}

impl Notation {
    /// That of C and most of its kin.
    const C: Self = Self {
        line: &["//"],
        block: true,
        single_quotes: false,
        backticks: false,
        triple: false,
    };
    const JVM: Self = Self {
        triple: true,
        ..Self::C
    };
    const SCRIPT: Self = Self {
        single_quotes: true,
        backticks: true,
        ..Self::C
    };
    const HASH: Self = Self {
        line: &["#"],
        block: false,
        single_quotes: true,
        ..Self::C
    };
    const DASHES: Self = Self {
        line: &["--"],
        single_quotes: true,
        ..Self::C
    };
}

/// The tests of Java and Kotlin.
const JVM_TESTS: TestNames = TestNames {
    ends: JVM_ENDS,
    never: JVM_ENDS,
    ..TestNames::NONE
};
const JVM_ENDS: &[&str] = &["Test", "Tests", "TestCase", "IT"];

/// The tests, benchmarks and stories of the runners of JavaScript.
const SCRIPT_TESTS: TestNames = TestNames {
    ends: &[
        ".test",
        ".spec",
        "-test",
        "-spec",
        "_test",
        "_spec",
        ".test-d",
        ".bench",
        ".stories",
        ".cy",
        ".e2e",
        "-e2e",
        ".integration",
        ".itest",
    ],
    ..TestNames::NONE
};

/// A language of the family of TypeScript.
const fn script(name: &'static str, extensions: &'static [&'static str]) -> LanguageInfo {
    LanguageInfo {
        name,
        reading: Reading::Parsed {
            family: "typescript",
        },
        extensions,
        tests: SCRIPT_TESTS,
        notation: Some(Notation::SCRIPT),
    }
}

/// A language without a parser, and without texts that anybody looks for.
const fn counted(name: &'static str, extensions: &'static [&'static str]) -> LanguageInfo {
    LanguageInfo {
        name,
        reading: Reading::Counted,
        extensions,
        tests: TestNames::NONE,
        notation: None,
    }
}

/// A language without a parser that is scanned for texts.
const fn noted(
    name: &'static str,
    extensions: &'static [&'static str],
    notation: Notation,
) -> LanguageInfo {
    LanguageInfo {
        notation: Some(notation),
        ..counted(name, extensions)
    }
}

/// Files that are scanned for texts and are no source code.
const fn scanned(
    name: &'static str,
    extensions: &'static [&'static str],
    notation: Notation,
) -> LanguageInfo {
    LanguageInfo {
        reading: Reading::Scanned,
        ..noted(name, extensions, notation)
    }
}

/// Every language that is known: those with a parser, those without one, and what is only scanned.
pub const LANGUAGES: &[LanguageInfo] = &[
    LanguageInfo {
        name: "go",
        reading: Reading::Parsed { family: "go" },
        extensions: &["go"],
        tests: TestNames {
            ends: &["_test"],
            ..TestNames::NONE
        },
        notation: Some(Notation {
            backticks: true,
            ..Notation::C
        }),
    },
    LanguageInfo {
        name: "java",
        reading: Reading::Parsed { family: "java" },
        extensions: &["java"],
        tests: JVM_TESTS,
        notation: Some(Notation::JVM),
    },
    LanguageInfo {
        name: "python",
        reading: Reading::Parsed { family: "python" },
        extensions: &["py", "pyi", "pyw"],
        tests: TestNames {
            starts: &["test_"],
            ends: &["_test"],
            whole: &["tests"],
            ..TestNames::NONE
        },
        notation: Some(Notation {
            triple: true,
            ..Notation::HASH
        }),
    },
    LanguageInfo {
        name: "rust",
        reading: Reading::Parsed { family: "rust" },
        extensions: &["rs"],
        tests: TestNames {
            ends: &["_tests"],
            whole: &["tests", "test"],
            ..TestNames::NONE
        },
        notation: Some(Notation::C),
    },
    script("typescript", &["ts", "tsx", "mts", "cts"]),
    script("javascript", &["js", "jsx", "mjs", "cjs"]),
    script("svelte", &["svelte"]),
    script("vue", &["vue"]),
    counted("Astro", &["astro"]),
    noted(
        "C and C++",
        &["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx"],
        Notation::C,
    ),
    noted("C#", &["cs"], Notation::C),
    counted("Clojure", &["clj", "cljs", "cljc"]),
    counted("Crystal", &["cr"]),
    counted("Cython", &["pyx"]),
    noted("Dart", &["dart"], Notation::SCRIPT),
    noted("Elixir", &["ex", "exs"], Notation::HASH),
    counted("Elm", &["elm"]),
    counted("Erlang", &["erl"]),
    noted("F#", &["fs"], Notation::C),
    noted("Groovy", &["groovy"], Notation::JVM),
    noted("Haskell", &["hs"], Notation::DASHES),
    counted("Julia", &["jl"]),
    LanguageInfo {
        tests: JVM_TESTS,
        ..noted("Kotlin", &["kt"], Notation::JVM)
    },
    noted("Lua", &["lua"], Notation::DASHES),
    counted("Nim", &["nim"]),
    counted("OCaml", &["ml", "mli"]),
    counted("Objective-C", &["mm"]),
    noted(
        "PHP",
        &["php"],
        Notation {
            line: &["//", "#"],
            single_quotes: true,
            ..Notation::C
        },
    ),
    noted("Ruby", &["rb"], Notation::HASH),
    noted("Scala", &["scala"], Notation::JVM),
    noted("Swift", &["swift"], Notation::C),
    counted("Visual Basic", &["vb"]),
    counted("Zig", &["zig"]),
    scanned("Kotlin scripts", &["kts"], Notation::JVM),
    scanned("Perl", &["pl"], Notation::HASH),
    scanned("Prisma", &["prisma"], Notation::C),
    scanned("Protocol Buffers", &["proto"], Notation::C),
    scanned("Shell", &["sh"], Notation::HASH),
    scanned("SQL", &["sql"], Notation::DASHES),
];

impl LanguageInfo {
    /// The language of a file name extension.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<&'static Self> {
        let mut known = LANGUAGES.iter();
        known.find(|language| language.extensions.contains(&extension))
    }

    /// Its id, if a parser reads it.
    #[must_use]
    pub fn id(&self) -> Option<LanguageId> {
        matches!(self.reading, Reading::Parsed { .. }).then_some(LanguageId(self.name))
    }

    /// Whether its files are source code.
    #[must_use]
    pub fn is_source(&self) -> bool {
        self.reading != Reading::Scanned
    }
}

/// Whether a file of this name is read as settings.
#[must_use]
pub fn is_settings(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        extension,
        "yml" | "yaml" | "json" | "properties" | "env" | "ini" | "toml" | "conf" | "cfg"
    ) || name.starts_with(".env")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_belongs_to_one_language() {
        let mut all: Vec<&str> = LANGUAGES
            .iter()
            .flat_map(|known| known.extensions)
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn dialects_share_the_rules_of_their_family() {
        let family = |name| LanguageId(name).family().0;
        assert_eq!(
            ["vue", "javascript", "rust"].map(family),
            ["typescript", "typescript", "rust"]
        );
        let id = |extension| LanguageInfo::of_extension(extension)?.id();
        assert_eq!(id("mts"), Some(LanguageId("typescript")));
        assert_eq!((id("cs"), id("sql"), id("txt")), (None, None, None));
    }

    #[test]
    fn tests_are_told_by_their_names() {
        let is_test = |extension, stem| {
            let language = LanguageInfo::of_extension(extension);
            language.is_some_and(|language| language.tests.fits(stem))
        };
        for (extension, stem) in [
            ("go", "a_test"),
            ("java", "OrderTest"),
            ("py", "tests"),
            ("vue", "a.spec"),
        ] {
            assert!(is_test(extension, stem), "{stem}.{extension}");
        }
        for (extension, stem) in [
            ("java", "Test"),
            ("java", "Latest"),
            ("rs", "contest"),
            ("cs", "a_test"),
        ] {
            assert!(!is_test(extension, stem), "{stem}.{extension}");
        }
    }
}
