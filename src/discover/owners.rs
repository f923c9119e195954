//! Who owns which files, as `CODEOWNERS` says it.
//!
//! In: the first of `.github/`, the top folder, `docs/` and `.gitlab/` that holds the file. Out: [`Owners`].
//! Invariant: in a section the last line that matches wins, also one without owners; sections of GitLab add up.
//! Never: an owner of a file that no line matches.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use crate::source::Source;

/// Where code hosts look, in their order.
const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// The lines of a `CODEOWNERS` file.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    /// The path from the top of the repository to the analysed folder, with a `/` at its end if there is one.
    prefix: String,
    /// Lower-case name and lines of each section; lines before any section have an empty name.
    sections: Vec<(String, Vec<Line>)>,
}

#[derive(Clone, Debug)]
struct Line {
    globs: Vec<GlobMatcher>,
    owners: Vec<Arc<str>>,
}

impl Owners {
    /// Reads the file of the repository that holds the analysed folder; several folders have none in common.
    #[must_use]
    pub fn read(source: &Source) -> Self {
        let [root] = source.roots() else {
            return Self::default();
        };
        let here = root.dir.strip_prefix(&root.top).ok();
        let here = here.map_or_else(String::new, |path| {
            path.to_string_lossy().replace('\\', "/")
        });
        let text = |place: &&str| {
            if here.is_empty() {
                return source.text(place).ok();
            }
            // The farthest one is that of the repository's top folder.
            source.above(place).pop().map(|(_, text)| text)
        };
        let Some(text) = PLACES.iter().find_map(text) else {
            return Self::default();
        };
        let prefix = if here.is_empty() {
            here
        } else {
            format!("{here}/")
        };
        Self {
            prefix,
            ..Self::parse(&text)
        }
    }

    /// Reads the text of such a file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut owners = Self::default();
        let (mut section, mut default) = (String::new(), Vec::new());
        for line in text.lines().map(str::trim) {
            if let Some((name, rest)) = header(line) {
                section = name.to_lowercase();
                default = owners_of(&words(rest));
                continue;
            }
            let words = words(line);
            let Some((pattern, rest)) = words.split_first() else {
                continue;
            };
            let is_left_out = pattern.starts_with('!');
            let mut named = owners_of(rest);
            if named.is_empty() {
                named = default.clone();
            }
            if is_left_out {
                named.clear();
            }
            let line = Line {
                globs: globs(pattern.trim_start_matches('!')),
                owners: named,
            };
            match owners
                .sections
                .iter_mut()
                .find(|(name, _)| *name == section)
            {
                Some((_, lines)) => lines.push(line),
                None => owners.sections.push((section.clone(), vec![line])),
            }
        }
        owners
    }

    /// Whether no line names anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The owners of a file of the analysis, in the order of the lines, each once.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<Arc<str>> {
        let path = format!("{}{path}", self.prefix);
        let mut found: Vec<Arc<str>> = Vec::new();
        for (_, lines) in &self.sections {
            let matches = |line: &&Line| line.globs.iter().any(|glob| glob.is_match(&path));
            let last = lines.iter().rev().find(matches);
            for owner in last.iter().flat_map(|line| &line.owners) {
                if !found.contains(owner) {
                    found.push(owner.clone());
                }
            }
        }
        found
    }
}

/// Name and default owners of a section of GitLab: `[Docs] @writers`, `^[Optional][2]`.
fn header(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('^').unwrap_or(line);
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, after)) => after,
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some((name, rest))
}

/// Words up to a comment; a backslash takes the meaning of the next letter away.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let Some(word) = words.last_mut() else { break };
        match letter {
            '\\' => word.extend(letters.next()),
            '#' if word.is_empty() => break,
            letter if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(String::new());
                }
            }
            letter => word.push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Users, teams, roles and addresses; all of them have an `@`.
fn owners_of(words: &[String]) -> Vec<Arc<str>> {
    let owners = words.iter().filter(|word| word.contains('@'));
    owners.map(|word| word.as_str().into()).collect()
}

/// The globs of a pattern: as in `.gitignore`, but `docs/*` is about the files of that folder alone.
fn globs(pattern: &str) -> Vec<GlobMatcher> {
    let bare = pattern.trim_end_matches('/');
    let is_folder = bare.len() < pattern.len();
    let rooted = bare.strip_prefix('/');
    let is_anchored = rooted.is_some() || bare.contains('/');
    let bare = rooted.unwrap_or(bare);
    let base = match is_anchored {
        _ if bare.is_empty() => "**".to_owned(),
        true => bare.to_owned(),
        false => format!("**/{bare}"),
    };
    let last = bare.rsplit('/').next().unwrap_or(bare);
    let mut texts = Vec::new();
    if !is_folder || bare.is_empty() {
        texts.push(base.clone());
    }
    if is_folder || !last.contains(['*', '?']) {
        texts.push(format!("{base}/**"));
    }
    let glob = |text: &String| {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        glob.ok().map(|glob| glob.compile_matcher())
    };
    texts.iter().filter_map(glob).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, path: &str) -> Vec<String> {
        let owners = Owners::parse(text).of(path);
        owners.iter().map(|owner| (**owner).to_owned()).collect()
    }

    #[test]
    fn the_last_line_that_matches_wins() {
        let text = "# who\n*       @all # everybody\n/shop/  @shop @org/team\n*.sql   dba@example.org\n/shop/old/\n\
                    docs/*  @writers\napps/  @apps\nwith\\ space/ @space\n";
        for (path, owners) in [
            ("a.rs", &["@all"][..]),
            ("shop/a.rs", &["@shop", "@org/team"]),
            ("shop/a.sql", &["dba@example.org"]),
            ("shop/old/a.rs", &[]),
            ("web/shop/a.rs", &["@all"]),
            ("docs/a.md", &["@writers"]),
            ("docs/more/a.md", &["@all"]),
            ("deep/apps/a.rs", &["@apps"]),
            ("with space/a.rs", &["@space"]),
        ] {
            assert_eq!(of(text, path), owners, "{path}");
        }
    }

    #[test]
    fn sections_add_up_and_have_default_owners() {
        let text = "* @all\n[Shop] @shop\nshop/\nshop/pay/ @pay\n^[Docs][2] @docs\n*.md\n[shop]\n!shop/x.rs\n";
        for (path, owners) in [
            ("shop/a.rs", &["@all", "@shop"][..]),
            ("shop/pay/a.md", &["@all", "@pay", "@docs"]),
            ("shop/x.rs", &["@all"]),
        ] {
            assert_eq!(of(text, path), owners, "{path}");
        }
        assert!(of("/only/ @one", "other/a.rs").is_empty());
    }
}
