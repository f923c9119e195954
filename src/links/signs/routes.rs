//! Routes that a file declares, in code or by annotation.
//!
//! In: uses of texts. Out: [`Route`]s.
//! Invariant: the place is that of the literal; a prefix is told apart from a route of its own.
//! Never: paths that are called; only what is handed to a declaration counts.

use crate::knowledge::RouteNames;
use crate::model::Position;

use super::lex::{self, Kind, Token};
use super::uses::Use;

/// Methods of HTTP, as the last name of a declaration.
const METHODS: [&str; 8] = [
    "get", "post", "put", "delete", "patch", "head", "options", "any",
];

/// The list that declares the routes of a Django application.
pub(in crate::links) const URL_MAP: &str = "urlpatterns";

/// Whether a file can declare a route at all: a quick look before the thorough one.
pub(in crate::links) fn may_declare(names: &RouteNames, tokens: &[Token<'_>]) -> bool {
    let tells = |(at, token): (usize, &Token<'_>)| match token.kind {
        Kind::Word => token.text == URL_MAP,
        Kind::Text => starts_path(token.text),
        Kind::Mark => token.text == "@" && names_declaration(names, last_name(tokens, at + 1)),
    };
    tokens.iter().enumerate().any(tells)
}

/// The last of the names joined by dots that start at `at`.
fn last_name<'a>(tokens: &[Token<'a>], mut at: usize) -> &'a str {
    let is_word = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Word);
    while is_word(at) && lex::is(tokens, at + 1, ".") && is_word(at + 2) {
        at += 2;
    }
    lex::text(tokens, at)
}

/// Whether a text starts with a path, behind a method or alone.
pub(in crate::links) fn starts_path(text: &str) -> bool {
    split_method(text).1.starts_with('/')
}

/// Whether an annotation of that name may declare a route.
pub(in crate::links) fn names_declaration(names: &RouteNames, name: &str) -> bool {
    let last = name.to_ascii_lowercase();
    let verb = last.strip_suffix("mapping").unwrap_or(&last);
    let lists = [&names.calls, &names.prefixes, &names.annotations];
    METHODS.contains(&verb) || lists.iter().any(|list| list.has(&last))
}

/// A route that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Route {
    /// Upper case; empty for any.
    pub(in crate::links) method: String,
    pub(in crate::links) path: String,
    /// Whether it only stands before other routes.
    pub(in crate::links) prefix: bool,
    pub(in crate::links) at: Position,
    /// The name of what answers, with its holder: `views.cart`.
    pub(in crate::links) handler: Option<String>,
}

/// All routes that the file at `path` declares.
pub(in crate::links) fn declared(names: &RouteNames, path: &str, uses: &[Use]) -> Vec<Route> {
    let is_map = is_url_map(path);
    let texts = uses.iter().enumerate().filter(|(_, u)| !u.name);
    let found = texts.filter_map(|(at, u)| {
        let mapped = is_map.then(|| mapped(names, u, uses.get(at + 1))).flatten();
        let (method, path, prefix) = mapped.or_else(|| declaration(names, u))?;
        let route = Route {
            method,
            path,
            prefix,
            at: u.at,
            handler: handler(u, uses.get(at + 1..).unwrap_or_default()),
        };
        Some((u, route))
    });
    let mut found: Vec<(&Use, Route)> = found.collect();
    if let Some((first, at)) = before_all(names, &found) {
        for (u, route) in &mut found {
            // `@app.get` beside a router is no route of the router.
            let apart = u.callee.trim_start_matches('@').starts_with("app.");
            let told = route.prefix || route.path.starts_with(first);
            if !apart && !told && at < u.at {
                route.path = below(first, &route.path);
            }
        }
    }
    found.into_iter().map(|(_, route)| route).collect()
}

/// What stands before all routes of a file, with its place: the path of its only controller, router or blueprint.
fn before_all<'u>(names: &RouteNames, routes: &[(&'u Use, Route)]) -> Option<(&'u str, Position)> {
    let covers = |u: &Use| {
        let last = u.callee.trim_start_matches('@').rsplit('.').next();
        let router = last.is_some_and(|last| names.whole.has(&last.to_ascii_lowercase()));
        // That of a class stands at the margin, that of a method is indented.
        let named = if u.key.is_empty() { 0 } else { u.key.len() + 3 };
        let margin = u.callee.len() + named + 2;
        router || u.callee.starts_with('@') && u.at.column as usize <= margin
    };
    let prefixes = routes.iter().filter(|(_, route)| route.prefix);
    let mut found = prefixes.map(|(u, _)| *u).filter(|u| covers(u));
    let only = found.next().filter(|_| found.next().is_none())?;
    (!only.text.trim_matches('/').is_empty()).then_some((&*only.text, only.at))
}

/// A path behind what stands before it: `/orders/{id}`.
pub(in crate::links) fn below(prefix: &str, path: &str) -> String {
    let parts = [prefix, path].map(|part| part.trim_matches('/'));
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.fold(String::new(), |whole, part| whole + "/" + part)
}

/// The last name that is handed to the declaration beside its path (`views.cart`, or `list` of `auth, list`), as it
/// is or in the call of a method (`get(list)`); `following` are the uses behind the path.
fn handler(path: &Use, following: &[Use]) -> Option<String> {
    let within = |u: &&Use| u.callee == path.callee || u.outer == path.callee;
    let declares = |u: &Use| !u.name && u.argument == 0 && u.callee == path.callee;
    let own = following
        .iter()
        .take_while(within)
        .take_while(|u| !declares(u));
    let handed = own.filter(|u| {
        let by_method = METHODS.contains(&called(u)) && u.outer_argument > 0;
        let beside = u.callee == path.callee && u.argument > path.argument;
        u.name && u.key.is_empty() && !u.braced && (beside || by_method)
    });
    let last = handed.last().filter(|_| !path.callee.starts_with('@'))?;
    Some(match &*last.owner {
        "" => last.text.clone(),
        owner => format!("{owner}.{}", last.text),
    })
}

/// Method (upper case, empty for any), path, and whether it is a prefix.
fn declaration(known: &RouteNames, u: &Use) -> Option<(String, String, bool)> {
    let first = u.argument == 0 || !u.key.is_empty();
    if !first || !known.arguments.has(&u.key) {
        return None;
    }
    let annotated = u.callee.starts_with('@');
    let mut names = u.callee.trim_start_matches('@').rsplit('.');
    let last = names.next()?.to_ascii_lowercase();
    let on_router = names
        .next()
        .is_none_or(|holder| known.routers.has(&holder.to_ascii_lowercase()));
    let (told, path) = split_method(u.text.trim_end());
    let verb = last.strip_suffix("mapping").unwrap_or(&last);
    let by_verb = METHODS.contains(&verb) && (annotated || on_router);
    let prefix = known.prefixes.has(&last) || annotated && known.annotations.has(&last);
    let written = (annotated || path.starts_with('/')) && is_path(path);
    if !written || !(by_verb || prefix || known.calls.has(&last)) {
        return None;
    }
    let method = if by_verb && verb != "any" { verb } else { told };
    Some((method.to_ascii_uppercase(), path.to_owned(), prefix))
}

/// Whether a file is one in which Django looks for routes.
fn is_url_map(path: &str) -> bool {
    path.ends_with("urls.py") || path.contains("/urls/") && path.ends_with(".py")
}

/// The last name of what is called.
fn called(u: &Use) -> &str {
    u.callee.rsplit('.').next().unwrap_or_default()
}

/// A route of Django's maps of URLs, or of its REST framework; what only leads to another map is none.
fn mapped(known: &RouteNames, u: &Use, next: Option<&Use>) -> Option<(String, String, bool)> {
    let declares = known.django_calls.has(called(u));
    let leads_on = next.is_some_and(|next| called(next) == "include");
    if !declares || leads_on || u.argument != 0 || !u.key.is_empty() {
        return None;
    }
    let path = u.text.trim_start_matches('^').trim_end_matches('$');
    let path = format!("/{}", path.trim_start_matches('/'));
    is_path(&path).then(|| (String::new(), path, false))
}

/// `GET /items` as Go's standard router takes it.
fn split_method(text: &str) -> (&str, &str) {
    // No further than the longest method: what follows may be all the rest of a file.
    let end = text.bytes().take(8).position(|byte| byte == b' ');
    let parts = end.and_then(|end| text.split_at_checked(end));
    match parts {
        Some((method, path)) if METHODS.iter().any(|own| own.eq_ignore_ascii_case(method)) => {
            (method, path.trim_start())
        }
        _ => ("", text),
    }
}

/// Whether a text can be the path of a route: short, without blanks, and no whole address.
fn is_path(text: &str) -> bool {
    let blank = text.contains(char::is_whitespace);
    !text.is_empty() && !blank && !text.contains("://") && text.len() < 200
}

#[cfg(test)]
mod tests {
    use super::super::{lex, uses};
    use super::*;
    use crate::knowledge::Knowledge;

    fn names() -> RouteNames {
        Knowledge::default().frameworks.routes.clone()
    }

    fn shown(extension: &str, text: &str) -> Vec<String> {
        let names = names();
        let tokens = lex::tokens(extension, text);
        let uses = uses::uses(&tokens);
        let line = |route: Route| {
            let mark = if route.prefix { "+" } else { "" };
            format!("{mark}{} {}", route.method, route.path)
        };
        let shown: Vec<String> = declared(&names, "a", &uses).into_iter().map(line).collect();
        let quick = may_declare(&names, &tokens);
        assert!(quick || shown.is_empty(), "{text} passes the quick look");
        shown
    }

    #[test]
    fn routes_stand_below_the_path_of_their_only_controller() {
        let spring = "@RestController\n@RequestMapping(value = \"/orders\")\nclass Orders {\n  @GetMapping(\"/{id}\")\n  Order a() {}\n  @RequestMapping(\"/all\")\n  Order b() {}\n}";
        assert_eq!(
            shown("java", spring),
            ["+ /orders", "GET /orders/{id}", "+ /all"]
        );
        let nest = "@Controller('orders')\nexport class Orders {\n  @Get(':id')\n  a() {}\n}";
        assert_eq!(shown("ts", nest), ["+ orders", "GET /orders/:id"]);
        let two = "@Controller('a')\nclass A { @Get('x') a() {} }\n@Controller('b')\nclass B { @Get('y') b() {} }";
        assert_eq!(shown("ts", two), ["+ a", "GET x", "+ b", "GET y"]);
        let fast = "router = APIRouter(prefix=\"/orders\")\n@router.get(\"/{id}\")\ndef a(): pass";
        assert_eq!(shown("py", fast), ["+ /orders", "GET /orders/{id}"]);
    }

    #[test]
    fn declarations_of_five_languages_are_found() {
        let java = "@RequestMapping(\"/api\") class A { @GetMapping(\"/users/{id}\") void a() {} @PostMapping(value = \"/users\") void b() {} }";
        assert_eq!(
            shown("java", java),
            ["+ /api", "GET /api/users/{id}", "POST /api/users"]
        );
        let python = "bp = Blueprint(\"cart\", url_prefix=\"/cart\")\n@bp.route(\"/<int:id>\")\ndef a(): pass\n@app.get(\"/health\")\ndef b(): pass";
        assert_eq!(
            shown("py", python),
            ["+ /cart", " /cart/<int:id>", "GET /health"]
        );
        let go =
            "mux.HandleFunc(\"GET /items/{id}\", h)\nr.POST(\"/items\", h)\nv := r.Group(\"/v1\")";
        assert_eq!(shown("go", go), ["GET /items/{id}", "POST /items", "+ /v1"]);
        let script =
            "router.get('/cart/:id', show); app.use('/shop', router); app.post(`/cart`, add)";
        assert_eq!(
            shown("js", script),
            ["GET /cart/:id", "+ /shop", "POST /cart"]
        );
        let rust = "#[get(\"/a/{id}\")] async fn a() {} fn b() { Router::new().route(\"/b\", get(c)).nest(\"/d\", e) }";
        assert_eq!(shown("rs", rust), ["GET /a/{id}", " /b", "+ /d"]);
    }

    #[test]
    fn a_map_of_urls_declares_what_it_does_not_hand_on() {
        let names = names();
        let text = "router.register(r\"items\", ItemViewSet)\nurlpatterns = [path(\"cart/<int:id>/\", views.cart), \
            re_path(r\"^old/$\", old), path(\"api/\", include(router.urls)), path(\"shop/\", include(\"shop.urls\"))]";
        let tokens = lex::tokens("py", text);
        assert!(may_declare(&names, &tokens));
        let uses = uses::uses(&tokens);
        let texts = uses.iter().enumerate().filter(|(_, u)| !u.name);
        let found = texts.filter_map(|(at, u)| mapped(&names, u, uses.get(at + 1)));
        let paths: Vec<String> = found.map(|(_, path, _)| path).collect();
        assert_eq!(paths, ["/items", "/cart/<int:id>/", "/old/"]);
        assert!(is_url_map("shop/urls.py") && !is_url_map("shop/views.py"));
    }

    #[test]
    fn what_answers_is_the_last_name_beside_the_path() {
        for (path, text, wanted) in [
            (
                "a.js",
                "router.get('/a', auth, list); router.post('/b', orders.add)",
                "list orders.add",
            ),
            (
                "a.js",
                "router.get('/a', (ask, answer) => { send(answer, body) })",
                "-",
            ),
            (
                "a.js",
                "router.get('/a', check({ by: key }), orders.list)",
                "orders.list",
            ),
            (
                "a.rs",
                "Router::new().route(\"/a\", get(orders::list)).route(\"/b\", post(add))",
                "list add",
            ),
            (
                "a.go",
                "mux.HandleFunc(\"GET /a\", orders.List)\nr.POST(\"/b\", h)",
                "orders.List h",
            ),
            ("a.py", "@app.get(\"/a\")\ndef a(): pass", "-"),
            (
                "urls.py",
                "urlpatterns = [path(\"a/\", views.cart, name=\"x\"), path(\"b/\", Orders.as_view(), name=\"y\")]",
                "views.cart Orders",
            ),
        ] {
            let uses = uses::uses(&lex::tokens(
                path.rsplit('.').next().unwrap_or_default(),
                text,
            ));
            let found = declared(&names(), path, &uses);
            let found = found
                .iter()
                .map(|route| route.handler.as_deref().unwrap_or("-"));
            assert_eq!(found.collect::<Vec<_>>().join(" "), wanted, "{text}");
        }
    }

    #[test]
    fn calls_to_others_are_none() {
        let calls = "axios.get('/orders'); client.post(\"/pay\"); requests.get('/x'); http.get('/y'); map.get('key'); fs.readFile('/etc/hosts')";
        assert!(shown("js", calls).is_empty(), "{:?}", shown("js", calls));
    }
}
