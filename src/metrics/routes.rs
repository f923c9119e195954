//! Which declared route a span or a request answers.
//!
//! In: operations of spans, routes declared in code. Out: the routes that fit best.
//! Invariant: a whole route goes before the end of one, and of those the longest.
//! Never: a route that is parameters only, unless it is whole.

use crate::model::DeclaredRoute;

/// The methods that name an operation before its route.
const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "HTTP",
];

/// The routes that fit a request best: as its path holds values, a parameter fits any part, and of several routes
/// the one with most words of its own counts. More than one is a tie.
pub(super) fn of_request<'r>(
    operation: &str,
    routes: impl Iterator<Item = &'r DeclaredRoute> + Clone,
) -> Vec<&'r DeclaredRoute> {
    let Some((method, asked)) = request(operation) else {
        return Vec::new();
    };
    let found = best(method, &asked, routes.clone(), filled);
    // A request for the head of an answer goes where the answer is made.
    if found.is_empty() && method == Some("HEAD") {
        return best(Some("GET"), &asked, routes, filled);
    }
    found
}

/// The routes that fit the `operation` of a span best, among `routes` of its service.
pub(super) fn of_operation<'r>(
    operation: &str,
    routes: impl Iterator<Item = &'r DeclaredRoute> + Clone,
) -> Vec<&'r DeclaredRoute> {
    let asked = request(operation);
    asked.map_or_else(Vec::new, |(method, asked)| {
        best(method, &asked, routes, score)
    })
}

/// How well a declared path fits the one asked for; `None` where it does not.
type Score = fn(&[&str], &[&str]) -> Option<(bool, usize)>;

/// The routes that fit best.
fn best<'r>(
    method: Option<&str>,
    asked: &[&str],
    routes: impl Iterator<Item = &'r DeclaredRoute> + Clone,
    score: Score,
) -> Vec<&'r DeclaredRoute> {
    let prefixes = routes.clone().filter(|route| route.prefix);
    let (mut best, mut fit) = (None, Vec::new());
    for route in routes.filter(|route| agrees(method, &route.method)) {
        let own = segments(&route.path);
        let before = prefixes
            .clone()
            .filter(|prefix| prefix.location.path == route.location.path && *prefix != route);
        let joined = before.map(|prefix| [segments(&prefix.path), own.clone()].concat());
        let scores = joined
            .chain([own.clone()])
            .filter_map(|path| score(asked, &path));
        let Some((whole, length)) = scores.max() else {
            continue;
        };
        let found = Some((whole, length, !route.prefix));
        if found > best {
            (best, fit) = (found, Vec::new());
        }
        if found == best {
            fit.push(route);
        }
    }
    fit
}

/// Method and path of `GET /cart/{id}`, `HTTP GET /cart` or `/cart`.
fn request(operation: &str) -> Option<(Option<&str>, Vec<&str>)> {
    let (before, path) = operation.split_at(operation.find('/')?);
    let mut words = before.split_whitespace();
    let method = words.clone().next_back().filter(|word| *word != "HTTP");
    let path = path.split(['?', '#']).next().unwrap_or_default();
    words
        .all(|word| METHODS.contains(&word))
        .then(|| (method, segments(path)))
}

fn agrees(asked: Option<&str>, declared: &str) -> bool {
    declared.is_empty() || asked.is_none_or(|asked| asked == declared)
}

/// The parts of a path; every way to write a parameter is the same.
fn segments(path: &str) -> Vec<&str> {
    let plain = |part| {
        let parameter = |c| matches!(c, '{' | ':' | '<' | '*' | '[' | '$');
        if str::starts_with(part, parameter) {
            "{}"
        } else {
            part
        }
    };
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(plain)
        .collect()
}

/// Whether `declared` is all of `asked`, and how many parts of it; `None` if it is not even its end.
fn score(asked: &[&str], declared: &[&str]) -> Option<(bool, usize)> {
    let whole = asked == declared;
    let telling = declared.iter().any(|part| *part != "{}");
    (whole || telling && asked.ends_with(declared)).then_some((whole, declared.len()))
}

/// The same for a path that holds values: how many parts are equal words.
fn filled(asked: &[&str], declared: &[&str]) -> Option<(bool, usize)> {
    let (mount, tail) = asked.split_at_checked(asked.len().checked_sub(declared.len())?)?;
    let fits = |(asked, declared): (&&str, &&str)| *declared == "{}" || asked == declared;
    let words = declared.iter().filter(|part| **part != "{}").count();
    let whole = asked.len() == declared.len();
    let telling = words > 0 || asked.is_empty();
    // What stands before is where a program is mounted: words, never a value.
    let mounted = mount.iter().all(|part| *part != "{}");
    (telling && mounted && tail.iter().zip(declared).all(fits)).then_some((whole, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Position};

    fn route(path: &str, file: &str) -> DeclaredRoute {
        let (prefix, text) = path
            .strip_prefix('+')
            .map_or((false, path), |text| (true, text));
        let (method, text) = text.split_once(' ').unwrap_or(("", text));
        DeclaredRoute {
            service: None,
            method: method.to_owned(),
            path: text.to_owned(),
            prefix,
            location: Location::new(file, Position::new(1, 1)),
            handler: None,
        }
    }

    #[test]
    fn the_declaring_file_is_found_through_prefixes_and_parameters() {
        let routes = [
            route("+/users", "users.java"),
            route("GET /{id}", "users.java"),
            route("+/orders", "orders.java"),
            route("GET /{id}", "orders.java"),
            route("POST /cart/:id/items", "cart.js"),
            route("GET /cart/:id/items", "list.js"),
            route("/twice", "a.go"),
            route("/twice", "b.go"),
        ];
        let paths = |found: Vec<&DeclaredRoute>| {
            let paths = found.iter().map(|route| route.location.path.to_string());
            paths.collect::<std::collections::BTreeSet<_>>()
        };
        let one = |path: &str| [path.to_owned()].into();
        let found = |operation: &str| paths(of_operation(operation, routes.iter()));
        assert_eq!(found("GET /users/{userId}"), one("users.java"));
        assert_eq!(found("GET /orders/{}"), one("orders.java"));
        assert_eq!(found("/users"), one("users.java"));
        assert_eq!(found("POST /shop/cart/{id}/items"), one("cart.js"));
        assert_eq!(found("HTTP GET /cart/{}/items?x=1"), one("list.js"));
        assert_eq!(found("/twice").len(), 2);
        let asked = |operation: &str| {
            let files = paths(of_request(operation, routes.iter()));
            files.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(asked("GET /users/anna"), "users.java");
        assert_eq!(asked("HEAD /orders/{}"), "orders.java");
        assert_eq!(asked("POST /cart/my-cart/items"), "cart.js");
        assert_eq!(asked("GET /twice"), "a.go b.go");
        assert_eq!(asked("GET /shop/users/anna"), "users.java");
        assert_eq!(asked("GET /shops/{}/users/anna"), "");
        assert_eq!(asked("GET /other/anna/x"), "");
        for none in ["GET /{id}/x", "SELECT a/b", "GET /other/{id}", "work"] {
            assert!(found(none).is_empty(), "{none}");
        }
    }
}
