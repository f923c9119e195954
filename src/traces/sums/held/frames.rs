//! What the name of a frame says about its place in the code.
//!
//! In: the name that a profiler writes, and the file if it tells one. Out: [`Place`].
//! Invariant: marks of the profiler (offsets, hashes, tiers of a compiler) are no part of a name.
//! Never: which file of the repository it is; that is asked where the files are known.

use crate::traces::totals::Place;

/// The place of a frame. A file inside of the name counts where none is told apart.
///
/// `app.orders.total (app/orders.py:12)` has the namespace `app.orders`, the function `total`
/// and the file `app/orders.py`; a bare `total (app/orders.py:12)` only has the file.
pub(in crate::traces::sums) fn place(name: &str, file: &str) -> Place {
    let (name, inner) = split(name.trim());
    let file = path(if file.is_empty() { inner } else { file });
    let (namespace, function) = names(unmarked(name));
    // Beside a file, a function without its module or class tells nothing more.
    let function = if namespace.is_empty() && !file.is_empty() {
        String::new()
    } else {
        function
    };
    Place {
        file: file.into(),
        namespace: namespace.into(),
        function: function.into(),
        ..Place::default()
    }
}

/// The name and the file in it: `total (app/orders.py:12)`, `py::total:/srv/orders.py`, `JS:*total /srv/a.js:1:2`.
fn split(name: &str) -> (&str, &str) {
    if let Some(rest) = name.strip_prefix("py::")
        && let Some((name, file)) = rest.split_once(':')
    {
        return (name, file);
    }
    if let Some(rest) = name.strip_suffix(')')
        && let Some((name, file)) = rest.rsplit_once(" (")
        && looks_like_file(file)
    {
        return (name, file);
    }
    if let Some((kind, rest)) = name.split_once(':')
        && matches!(
            kind,
            "JS" | "LazyCompile" | "Function" | "Script" | "Eval" | "Builtin"
        )
        && !rest.starts_with(':')
    {
        let rest = rest.trim_start_matches(['*', '~', '^', '+', '=']);
        return rest.rsplit_once(' ').unwrap_or((rest, ""));
    }
    // A bare file with its line, as some scripts write frames.
    if !name.contains([' ', '(', '<']) && without_lines(name) != name && looks_like_file(name) {
        return ("", name);
    }
    (name, "")
}

/// Whether the text in parentheses is a file, not the arguments of a function.
///
/// An ending of up to six letters or digits, Node's own modules and `<string>` count as
/// files; a list with commas is of arguments.
fn looks_like_file(text: &str) -> bool {
    let path = without_lines(text);
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let ending = last.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && (1..=6).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (ending || path.starts_with("node:") || path.starts_with('<')) && !path.contains(", ")
}

/// The path without line and column: `a.js:1:2` is `a.js`.
fn without_lines(path: &str) -> &str {
    let mut path = path;
    for _ in 0..2 {
        match path.rsplit_once(':') {
            Some((rest, line))
                if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                path = rest;
            }
            _ => break,
        }
    }
    path
}

/// A path of a recorded file: no scheme, no line, no query.
///
/// Of an address on the web, the path below the host remains; of `webpack://shop/./src/a.js`,
/// what follows `/./`.
fn path(file: &str) -> String {
    let file = without_lines(file.trim());
    let file = file.split(['?', '#']).next().unwrap_or(file);
    let plain = match file.split_once("://") {
        Some(("file", rest)) => rest,
        Some(("webpack" | "webpack-internal" | "app", rest)) => {
            let rest = rest.trim_start_matches('/');
            rest.split_once("/./").map_or(rest, |(_, rest)| rest)
        }
        Some((_, rest)) => rest.split_once('/').map_or(rest, |(_, path)| path),
        None => file,
    };
    let plain = plain.trim_start_matches("./").replace('\\', "/");
    unescaped(&plain)
}

/// `%20` and the like, where the result is text.
fn unescaped(path: &str) -> String {
    if !path.contains('%') {
        return path.to_owned();
    }
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let Some((&byte, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        if let Some(code) = code.filter(|_| byte == b'%') {
            bytes.push(code);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// A name without the marks of profilers: `_[j]` of async-profiler, `+0x1f` of perf, `::h…` of rustc, arguments.
fn unmarked(name: &str) -> &str {
    let mut name = name;
    if let Some((rest, mark)) = name.rsplit_once("_[")
        && mark.len() == 2
        && mark.ends_with(']')
    {
        name = rest;
    }
    if let Some((rest, offset)) = name.rsplit_once("+0x")
        && offset.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        name = rest;
    }
    if let Some((rest, hash)) = name.rsplit_once("::h")
        && hash.len() == 16
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        name = rest;
    }
    // `com.acme.Order.total(int)`, but not `orders.(*Svc).Total`.
    match name.find('(') {
        Some(at) if at > 0 && !name[..at].ends_with('.') && name.ends_with(')') => &name[..at],
        _ => name,
    }
}

/// Module or class, and function.
///
/// The order matters: `::` of Rust and C++ first, then paths of Go
/// (`acme/shop/orders.(*Svc).Total`) and of Java with slashes, methods of Go, and dots last.
/// `{closure}` of Rust is part of the function around it.
fn names(name: &str) -> (String, String) {
    let name = &typed(name);
    let plain = name.find("::{").map_or(name.as_str(), |at| &name[..at]);
    if let Some((namespace, function)) = plain.rsplit_once("::") {
        return (namespace.to_owned(), function.to_owned());
    }
    let (folders, last) = match plain.rfind('/') {
        Some(at) => plain.split_at(at + 1),
        None => ("", plain),
    };
    // Go: the package ends at the first dot after the last slash; `com/acme/Order.total` of Java likewise.
    if !folders.is_empty() {
        let (package, function) = last.split_once('.').unwrap_or((last, ""));
        let package = package.replace("%2e", ".");
        return (format!("{folders}{package}"), function.to_owned());
    }
    if let Some((package, function)) = last.split_once(".(") {
        return (package.to_owned(), format!("({function}"));
    }
    match last.rsplit_once('.') {
        Some((namespace, function)) if is_name(namespace) && is_name(function) => {
            (namespace.to_owned(), function.to_owned())
        }
        _ => (String::new(), last.to_owned()),
    }
}

/// Whether the text may name modules, classes and functions.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, '[' | '('))
}

/// Rust's `<shop::Cart as core::fmt::Debug>::fmt` as `shop::Cart::fmt`, and names without type arguments.
fn typed(name: &str) -> String {
    let Some(rest) = name.strip_prefix('<') else {
        return generic(name);
    };
    let end = rest.find(" as ").or_else(|| rest.find('>'));
    let after = rest.rfind(">::").map(|at| &rest[at + 1..]);
    match (end, after) {
        (Some(end), Some(after)) if rest[..end].contains("::") => {
            let of = rest[..end].trim_start_matches(['&', '<']);
            let of = of.split('<').next().unwrap_or(of);
            generic(&format!("{of}{after}"))
        }
        _ => name.to_owned(),
    }
}

/// A path of Rust or C++ without type arguments: `shop::total::<shop::Item>` is `shop::total`.
fn generic(name: &str) -> String {
    if !name.contains("::") || !name.contains('<') {
        return name.to_owned();
    }
    let mut depth = 0_usize;
    let outside = |c: &char| {
        depth = match c {
            '<' => depth + 1,
            '>' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => depth,
        };
        depth == 0
    };
    let plain: String = name.chars().filter(outside).collect();
    let plain = plain.replace("::::", "::");
    plain.trim_end_matches("::").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, file: &str) -> [String; 3] {
        let found = place(name, file);
        [found.file, found.namespace, found.function].map(|text| text.to_string())
    }

    #[test]
    fn names_of_every_profiler_are_places() {
        for (name, file, wanted) in [
            ("com.acme.Order.total", "", ["", "com.acme.Order", "total"]),
            (
                "com/acme/Order.total_[j]",
                "",
                ["", "com/acme/Order", "total"],
            ),
            (
                "com.acme.Order.total(int, long)",
                "",
                ["", "com.acme.Order", "total"],
            ),
            (
                "com/acme/Order$Line.lambda$sum$0_[0]",
                "",
                ["", "com/acme/Order$Line", "lambda$sum$0"],
            ),
            ("total (app/orders.py:12)", "", ["app/orders.py", "", ""]),
            ("<module> (app/main.py)", "", ["app/main.py", "", ""]),
            (
                "py::total:/srv/app/orders.py",
                "",
                ["/srv/app/orders.py", "", ""],
            ),
            (
                "github.com/acme/shop/orders.(*Svc).Total",
                "",
                ["", "github.com/acme/shop/orders", "(*Svc).Total"],
            ),
            (
                "main.main.func1",
                "/src/cmd/main.go",
                ["/src/cmd/main.go", "main.main", "func1"],
            ),
            ("orders.(*Svc).Total", "", ["", "orders", "(*Svc).Total"]),
            (
                "shop::orders::total::h0123456789abcdef",
                "",
                ["", "shop::orders", "total"],
            ),
            (
                "<shop::cart::Cart as core::ops::drop::Drop>::drop",
                "",
                ["", "shop::cart::Cart", "drop"],
            ),
            (
                "shop::orders::total::{{closure}}",
                "",
                ["", "shop::orders", "total"],
            ),
            (
                "total (/srv/app/dist/orders.js:1:2)",
                "",
                ["/srv/app/dist/orders.js", "", ""],
            ),
            (
                "total (file:///srv/my%20app/orders.js:1:2)",
                "",
                ["/srv/my app/orders.js", "", ""],
            ),
            (
                "JS:*total /srv/app/orders.js:12:3",
                "",
                ["/srv/app/orders.js", "", ""],
            ),
            (
                "total",
                "file:///srv/app/orders.mjs",
                ["/srv/app/orders.mjs", "", ""],
            ),
            ("x", "webpack://shop/./src/a.ts", ["src/a.ts", "", ""]),
            ("x", "C:\\app\\orders.py", ["C:/app/orders.py", "", ""]),
            ("app/orders.rb:12", "", ["app/orders.rb", "", ""]),
            ("do_syscall_64_[k]", "", ["", "", "do_syscall_64"]),
            ("malloc+0x1f", "", ["", "", "malloc"]),
            ("(idle)", "", ["", "", "(idle)"]),
            ("", "", ["", "", ""]),
        ] {
            assert_eq!(shown(name, file), wanted, "{name} {file}");
        }
    }
}
