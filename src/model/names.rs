//! Names of services as different manifests spell them.
//!
//! In: names. Out: keys under which they are the same.
//! Invariant: a key never is empty when the name holds a letter or digit.
//! Never: a list of names of known systems.

pub use crate::knowledge::spelling::{any_word, key, with_key, words};

/// Words that say "this is a service" and nothing else.
const GENERIC: [&str; 14] = [
    "service",
    "services",
    "svc",
    "srv",
    "server",
    "microservice",
    "microservices",
    "ms",
    "api",
    "app",
    "application",
    "depl",
    "deploy",
    "deployment",
];

/// The name without generic words: `ms-order`, `OrderService` and `order-api` share `order`.
#[must_use]
pub fn stem(name: &str) -> String {
    let kept = |word: &String| !GENERIC.contains(&word.as_str());
    let mut stem: String = words(name).into_iter().filter(kept).collect();
    for suffix in ["microservice", "service", "svc"] {
        if let Some(shorter) = stem.strip_suffix(suffix).filter(|rest| rest.len() > 1) {
            stem.truncate(shorter.len());
        }
    }
    if stem.is_empty() { key(name) } else { stem }
}

/// Whether a name says nothing but "this is a program".
#[must_use]
pub fn is_generic(name: &str) -> bool {
    !any_word(name, |word| !GENERIC.contains(&word) && word != "src")
}

/// Last segment of a slash-separated path or image, without a tag.
#[must_use]
pub fn tail(path: &str) -> &str {
    let path = path.split('@').next().unwrap_or(path).trim_end_matches('/');
    let tail = path.rsplit('/').next().unwrap_or(path);
    tail.split(':').next().unwrap_or(tail)
}

/// The folder part of a path; empty at the top.
#[must_use]
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders that hold `path`, innermost first, the empty one last.
pub fn folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| (!path.is_empty()).then(|| folder(path))).skip(1)
}

/// `base/relative` with `.` and `..` resolved; `None` when it leaves the analysed folder.
#[must_use]
pub fn join(base: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The same for a path as a manifest writes it: an absolute one leaves the folder, `\\` separates parts, too.
#[must_use]
pub fn join_written(base: &str, written: &str) -> Option<String> {
    let relative = written.replace('\\', "/");
    join(base, &relative).filter(|_| !written.starts_with('/'))
}

/// `dir/rest`, either of which may be empty.
#[must_use]
pub fn below(dir: &str, rest: &str) -> String {
    match (dir, rest) {
        ("", rest) => rest.to_owned(),
        (dir, "") => dir.to_owned(),
        (dir, rest) => format!("{dir}/{rest}"),
    }
}

/// Whether `path` lies in `dir` (or is it); everything lies in the empty folder.
#[must_use]
pub fn within(path: &str, dir: &str) -> bool {
    dir.is_empty()
        || path == dir
        || path
            .strip_prefix(dir)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with the noun that agrees with it: `1 file`, `1,200 files`.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let thing = if number == 1 { one } else { many };
    format!("{} {thing}", thousands(number))
}

/// Maven and Gradle source sets such as `src/test`, `src/integrationTest`, `src/component-test/java`.
#[must_use]
pub fn is_java_test(dir: &str) -> bool {
    let mut parts = dir.split('/').skip_while(|part| *part != "src").skip(1);
    let set = parts.next();
    // Without a language below, `src/ab-test` may be what the program is about.
    let mut language = || matches!(parts.next(), Some("groovy" | "java" | "kotlin" | "scala"));
    set.is_some_and(|set| {
        set.starts_with("test")
            || set.ends_with("Test")
            || set == "it"
            || set == "jmh"
            || (set.ends_with("-test") || set.ends_with("-tests")) && language()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_go_from_the_innermost_to_the_root() {
        assert_eq!(folders("a/b/c.rs").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(folders("c.rs").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn names_meet_under_one_key_or_stem() {
        assert_eq!(key("Account_Service"), key("account-service"));
        for name in [
            "ms-order",
            "OrderService",
            "order-api",
            "orderservice",
            "srv-order",
        ] {
            assert_eq!(stem(name), "order", "{name}");
        }
        assert_eq!(stem("service"), "service");
        assert_eq!(
            words("CatalogAPI.v2"),
            ["catalog", "api", "v2"].map(str::to_owned)
        );
    }

    #[test]
    fn images_and_paths_lose_what_does_not_name() {
        assert_eq!(tail("ghcr.io/acme/shop-cart:1.2"), "shop-cart");
        assert_eq!(tail("localhost:5000/cart"), "cart");
        assert_eq!(join("docker", "../src/a").as_deref(), Some("src/a"));
        assert_eq!(join("docker", "../../x"), None);
        assert!(within("a/b", "a") && !within("ab", "a") && within("ab", ""));
    }
}
