//! Addresses and settings that a file only tells others: browsers, people, or whom to let in.
//!
//! In: tokens. Out: the places of texts and of names of settings that lead nowhere else.
//! Invariant: a value with one use that may send is not told.
//! Never: follows a value further than through two names of the same file.
//!
//! `cors({ origin: process.env.SHOP_URL })` and `response.redirect(SHOP_URL + "/done")` hold addresses of
//! programs that this one never calls. A reading counts as told where the call, the key or the
//! statement around it says so, or where its value is held by a name whose every use does.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::knowledge::Told as Words;
use crate::model::Position;
use crate::model::names::key;

use super::lex::{self, Kind, Role, Token};

/// Words before a value rather than before the name of what is declared.
const TAKE: [&str; 18] = [
    "and", "assert", "await", "case", "default", "del", "else", "if", "in", "is", "lambda", "new",
    "not", "of", "or", "raise", "return", "yield",
];
/// Most names in a row that hold the same value.
const MAX_NAMES: usize = 2;
/// Furthest token that is looked at for the start of a statement.
const MAX_STATEMENT: usize = 60;
/// Deepest nesting of brackets that is looked through.
const MAX_DEPTH: usize = 6;

/// The places of texts and names that are only told.
pub(in crate::links) fn told(file: &File<'_, '_>, tokens: &[Token<'_>]) -> FxHashSet<Position> {
    let mut found = FxHashSet::default();
    let text = |token: &Token<'_>| token.kind == Kind::Text && file.says(token.text);
    let says = file.names.keys().any(|name| file.says(name)) || tokens.iter().any(text);
    for (at, token) in tokens.iter().enumerate() {
        let told = match token.kind {
            Kind::Mark => false,
            Kind::Text => {
                (token.text.contains([':', '.', '$']) || is_setting(token.text))
                    && (for_people(token.text)
                        || file.is_replaced(at)
                        || (says && file.is_told(at, MAX_NAMES)))
            }
            Kind::Word => says && is_setting(token.text) && file.is_told(at, MAX_NAMES),
        };
        if told {
            found.insert(token.at);
        }
    }
    found
}

/// The name of a variable of the environment.
pub(super) fn is_setting(word: &str) -> bool {
    let fits = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    word.len() > 3 && word.as_bytes().iter().all(fits) && word.contains('_')
}

/// A text that says itself that a browser goes there: `redirect:http://…`, `<a href="http://…">`.
fn for_people(text: &str) -> bool {
    text.starts_with("redirect:") || text.contains("href=")
}

/// The tokens of a file, with where each bracket opens that encloses them.
pub(in crate::links) struct File<'t, 'k> {
    known: &'k Words,
    tokens: &'t [Token<'t>],
    /// The bracket around each token.
    around: Vec<Option<usize>>,
    /// Where each name stands.
    names: FxHashMap<&'t str, Vec<usize>>,
}

impl<'t, 'k> File<'t, 'k> {
    /// Notes the enclosing bracket of each token and the places of each name, in one pass.
    pub(super) fn new(known: &'k Words, tokens: &'t [Token<'t>]) -> Self {
        let mut open: Vec<usize> = Vec::new();
        let mut around = Vec::with_capacity(tokens.len());
        let mut names: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, token) in tokens.iter().enumerate() {
            if matches!((token.kind, token.text), (Kind::Mark, ")" | "]" | "}")) {
                open.pop();
            }
            around.push(open.last().copied());
            match (token.kind, token.text) {
                (Kind::Mark, "(" | "[" | "{") => open.push(at),
                (Kind::Word, word) => names.entry(word).or_default().push(at),
                _ => {}
            }
        }
        Self {
            known,
            tokens,
            around,
            names,
        }
    }

    /// How often a name stands in the file.
    pub(super) fn count(&self, name: &str) -> usize {
        self.names.get(name).map_or(0, Vec::len)
    }

    /// `url` in `{ url: process.env.X }`: the key of the entry of an object in which a token stands.
    pub(super) fn key_of(&self, at: usize) -> Option<&'t str> {
        self.object_around(at)?;
        let start = self.start(at);
        self.word(start).filter(|_| self.is(start + 1, ":"))
    }

    /// Where the object opens in which a token stands.
    pub(super) fn object_around(&self, at: usize) -> Option<usize> {
        let open = self.around.get(at).copied().flatten()?;
        (self.is(open, "{") && self.is_literal(open)).then_some(open)
    }

    /// Whether a name of the file, or the file as a whole, holds the object that opens at `open`.
    pub(super) fn is_named_object(&self, open: usize) -> bool {
        open > 0 && self.is(open - 1, "=")
    }

    /// Where the look-up opens in which a token stands: `getenv("X")`.
    pub(super) fn lookup_around(&self, at: usize) -> Option<usize> {
        let open = self.around.get(at).copied().flatten()?;
        let call = self.word(open.checked_sub(1)?)?;
        self.known.lookups.has_key(call).then_some(open)
    }

    /// Whether a text is the first value of a field, an address of this machine, for which the file puts another one
    /// that it is given: `{ url: "http://localhost:80" }`, then `this.url = answer.url`.
    fn is_replaced(&self, at: usize) -> bool {
        let text = self.tokens.get(at).map_or("", |token| token.text);
        let local = text.contains("://localhost") || text.contains("://127.0.0.1");
        let Some(key) = local.then(|| self.key_of(at)).flatten() else {
            return false;
        };
        let mut places = self.names.get(key).into_iter().flatten();
        places.any(|at| {
            let member = *at > 0 && self.is(at - 1, ".") && self.is(at + 1, "=");
            member && self.word(at + 2).is_some()
        })
    }

    /// Whether a token is this mark.
    fn is(&self, at: usize, mark: &str) -> bool {
        lex::is(self.tokens, at, mark)
    }

    /// The text of a token that is a word.
    fn word(&self, at: usize) -> Option<&'t str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        token.map(|token| token.text)
    }

    /// Whether a name or text can make anything told; without one the file is not looked at.
    fn says(&self, text: &str) -> bool {
        self.says_so(text) || self.known.calls.has_key(text) || self.known.people.has_key(text)
    }

    /// Whether a name, of a call or of what is assigned, says that what stands there is told.
    fn says_so(&self, name: &str) -> bool {
        name.len() < 60 && (self.known.names.has_key(name) || self.known.words.has_word(name))
    }

    /// Whether the value at `at` is only told. A value that a name holds is told where all uses of
    /// the name are; `names` is how many names may still be followed, which ends the recursion.
    /// Without a use in the file the name itself or its surroundings decide.
    fn is_told(&self, at: usize, names: usize) -> bool {
        match self.holder(at) {
            Some(name) => match names
                .checked_sub(1)
                .and_then(|left| self.uses_are_told(name, left))
            {
                Some(told) => told,
                // Nothing in the file uses the name; it alone tells.
                None => self.says_so(name) || self.context_is_told(at),
            },
            None => self.context_is_told(at),
        }
    }

    /// Whether all uses of a name are told; `None` when there are none, or when no more names are followed.
    fn uses_are_told(&self, name: &str, left: usize) -> Option<bool> {
        let places = self.names.get(name)?;
        let mut uses = places
            .iter()
            .filter(|at| !self.is_assigned(**at))
            .peekable();
        uses.peek()?;
        Some(uses.all(|at| self.is_told(*at, left)))
    }

    /// Whether the name at `at` is declared or assigned there, `this.url = url` included.
    fn is_assigned(&self, at: usize) -> bool {
        let assigned = self.is(at + 1, "=") && !self.is(at + 2, "=");
        let from_itself = at > 1 && self.is(at - 1, "=") && self.word(at - 2) == self.word(at);
        assigned || from_itself || self.is_declared(at)
    }

    /// `String url;`, `String url)`, `url: String`
    fn is_declared(&self, at: usize) -> bool {
        let typed = at > 0 && self.word(at - 1).is_some_and(|word| !TAKE.contains(&word));
        let ends = self.is(at + 1, ";") || self.is(at + 1, ",") || self.is(at + 1, ")");
        let after = self.is(at + 1, ":")
            && self
                .word(at + 2)
                .is_some_and(|word| matches!(word, "String" | "string" | "str"));
        (typed && ends) || after
    }

    /// The name that holds the value of the statement: what is assigned, or what an annotation sets.
    fn holder(&self, at: usize) -> Option<&'t str> {
        self.annotated(at).or_else(|| self.assigned(at))
    }

    /// `@Value("${shop.url}") private String url;`
    fn annotated(&self, at: usize) -> Option<&'t str> {
        let open = self.around.get(at).copied().flatten()?;
        let annotation = open >= 2 && self.is(open, "(") && self.is(open - 2, "@");
        if !annotation || !self.known.injections.has(self.word(open - 1)?) {
            return None;
        }
        let close = (at..at + 8).find(|close| self.is(*close, ")"))?;
        let ends = |end: &usize| {
            [";", ",", ")", "=", ":"]
                .iter()
                .any(|mark| self.is(*end, mark))
        };
        let end = (close + 1..close + 10).find(ends)?;
        self.word(end - 1)
    }

    /// The name before the `=` of the statement in which the token stands outside of any call.
    fn assigned(&self, at: usize) -> Option<&'t str> {
        let mut at = at;
        for _ in 0..MAX_DEPTH {
            let start = self.start(at);
            let mut equals = (start..at)
                .filter(|i| self.is(*i, "=") && self.around.get(*i) == self.around.get(at));
            let plain = |i: &usize| {
                !self.is(i + 1, "=")
                    && !self.is(i.wrapping_sub(1), "=")
                    && !self.is(i.wrapping_sub(1), "!")
                    && !self.is(i + 1, ">")
            };
            if let Some(equals) = equals.find(plain) {
                return self.target(start, equals);
            }
            // A look-up: `os.environ["X"]`, `getenv("X")`.
            let open = self.around.get(at).copied().flatten()?;
            let call = open.checked_sub(1).and_then(|i| self.word(i))?;
            if self.is(open, "{") || !self.known.lookups.has_key(call) {
                return None;
            }
            at = open;
        }
        None
    }

    /// The name that is assigned by the `=` at `equals`, its type left out.
    fn target(&self, start: usize, equals: usize) -> Option<&'t str> {
        let typed = (start..equals).find(|i| self.is(*i, ":") && !self.is(i + 1, ":"));
        let end = typed.unwrap_or(equals);
        // `window.location.href = x` assigns to what is no name of this file.
        let member = end >= 2
            && self.is(end - 2, ".")
            && self.word(end - 3) != Some("this")
            && self.word(end - 3) != Some("self");
        self.word(end.checked_sub(1)?).filter(|_| !member)
    }

    /// Where the statement, argument or entry starts in which a token stands.
    fn start(&self, at: usize) -> usize {
        let around = self.around.get(at).copied().flatten();
        let body = around.is_none_or(|open| self.is(open, "{") && !self.is_literal(open));
        let mut start = at;
        while start > 0 && at - start < MAX_STATEMENT {
            let before = start - 1;
            let same = self.around.get(before).copied().flatten() == around;
            if Some(before) == around
                || (same && (self.is(before, ";") || (self.is(before, ",") && !body)))
            {
                break;
            }
            let closed = same && self.is(before, "}") && body;
            let (Some(last), Some(next)) = (self.tokens.get(before), self.tokens.get(start)) else {
                break;
            };
            let goes_on =
                last.kind == Kind::Mark && !last.is(")") && !last.is("]") && !last.is("}");
            let continued = next.kind == Kind::Mark;
            if closed || (body && same && last.at.line < next.at.line && !goes_on && !continued) {
                break;
            }
            start = before;
        }
        start
    }

    /// Whether a `{` opens an object rather than a body of code.
    fn is_literal(&self, open: usize) -> bool {
        match self.tokens.get(open).map(|brace| brace.role) {
            Some(Role::Body | Role::Block) => return false,
            Some(Role::Value) => return true,
            _ => {}
        }
        let Some(before) = open.checked_sub(1).and_then(|i| self.tokens.get(i)) else {
            return false;
        };
        if before.kind == Kind::Mark {
            return ["(", ",", "=", "[", "]", ":", "?", "|"]
                .iter()
                .any(|mark| before.is(mark))
                || self.is_made(open);
        }
        // `[]string{` in Go
        if open > 1 && self.is(open - 2, "]") {
            return true;
        }
        let upper = before.text.starts_with(|c: char| c.is_ascii_uppercase());
        let declares =
            open > 1 && self.word(open - 2).is_some() && self.word(open - 2) != Some("return");
        upper && !declares && !self.is(open.wrapping_sub(2), ":")
    }

    /// Whether the object that a `{` fills is made before it: `new List<string> { … }` and `new() { … }` of C#.
    fn is_made(&self, fill: usize) -> bool {
        let from = fill.saturating_sub(MAX_STATEMENT);
        let mut end = fill;
        if self.is(fill - 1, ")") {
            let around = self.around.get(fill - 1);
            let mut before = (from..fill - 1).rev();
            end = before
                .find(|at| self.is(*at, "(") && self.around.get(*at) == around)
                .unwrap_or(from);
        }
        let is_type = |at: &usize| {
            let mut marks = ["<", ">", ".", ",", "?"].iter();
            self.word(*at).is_some() || marks.any(|mark| self.is(*at, mark))
        };
        let mut made = (from..end).rev().take_while(is_type);
        made.any(|at| self.word(at) == Some("new"))
    }

    /// Whether what stands around a token says that it is told.
    fn context_is_told(&self, at: usize) -> bool {
        let mut at = at;
        for _ in 0..MAX_DEPTH {
            if self.statement_says(self.start(at), at) {
                return true;
            }
            let Some(open) = self.around.get(at).copied().flatten() else {
                return false;
            };
            if self.is(open, "{") && !self.is_literal(open) {
                return false;
            }
            if !self.is(open, "{") && self.call_says(open) {
                return true;
            }
            if self.is(open, "(") && self.requests(open, at) {
                return false;
            }
            at = open;
        }
        false
    }

    /// Whether a call sends a request to the address in which the token at `at` stands: `get(URL + "/orders")`, but not
    /// `get("URL")`, which looks up a setting.
    fn requests(&self, open: usize, at: usize) -> bool {
        let name = open.checked_sub(1).and_then(|before| self.word(before));
        let alone = self.is(at + 1, ")") || self.is(at + 1, ",");
        let text = self.tokens.get(at).map_or("", |token| token.text);
        let looked_up = open + 1 == at && alone && !text.contains('/');
        !looked_up && name.is_some_and(|name| self.known.requests.has_key(name))
    }

    /// Whether the part of a statement, argument or entry before a token says so: a key, a target, a comparison.
    fn statement_says(&self, start: usize, at: usize) -> bool {
        let around = self.around.get(at);
        (start..at).any(|i| {
            let Some(token) = self.tokens.get(i).filter(|token| token.kind != Kind::Mark) else {
                return false;
            };
            let keyed = self.is(i + 1, ":") || self.is(i + 1, "=");
            let receives = self.is(i + 1, "(") || self.is(i + 1, ".");
            self.around.get(i) == around
                && ((!receives && self.says_so(token.text))
                    || (keyed && self.known.people.has_key(token.text))
                    || (token.kind == Kind::Text && for_people(token.text)))
        })
    }

    /// Whether the call that a bracket opens says so by its name, its receiver or its first argument.
    fn call_says(&self, open: usize) -> bool {
        let mark = usize::from(self.is(open.wrapping_sub(1), "!"));
        let Some(name) = open.checked_sub(1 + mark).and_then(|i| self.word(i)) else {
            return false;
        };
        let joined = open >= 3 && (self.is(open - 2, ".") || self.is(open - 2, ":"));
        let receiver = (2..5).find_map(|back| self.word(open.checked_sub(1 + back)?));
        let receiver = receiver.filter(|_| joined).unwrap_or_default();
        let header = self.tokens.get(open + 1).is_some_and(|first| {
            first.kind == Kind::Text
                && self.is(open + 2, ",")
                && self.known.headers.has_key(first.text)
        });
        self.says_so(name)
            || header
            || self.known.calls.has_key(name)
            || self.known.calls.has_key(&[receiver, name].concat())
            || (self.known.loggers.has_key(receiver)
                && key(name) != "sprintf"
                && key(name) != "errorf")
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    /// The texts and names that are told.
    fn shown(extension: &str, text: &str) -> Vec<String> {
        let tokens = tokens(extension, text);
        let known = Knowledge::default();
        let found = told(&File::new(&known.told, &tokens), &tokens);
        let kept = tokens.iter().filter(|token| found.contains(&token.at));
        kept.map(|token| token.text.to_owned()).collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn who_may_call_is_told() {
        for code in [
            "app.use(cors({ origin: [process.env.SHOP_URL!] }));",
            "const allowed = [process.env.SHOP_URL];\napp.use((q, s) => allowed.includes(q.headers.origin));",
            "const shop = process.env.SHOP_URL;\napp.use(cors({ origin: shop, credentials: true }));",
            "if (req.headers.origin === process.env.SHOP_URL) { next(); }",
        ] {
            assert_eq!(shown("ts", code), ["SHOP_URL"], "{code}");
        }
        let many: Vec<String> = (1..40).map(|n| format!("\"http://shop:{n}\"")).collect();
        for list in ["new List<string>()", "new List<string>", "new[]"] {
            let code = format!(
                "var all = new List<Client> {{ new() {{ Name = \"x\",\n AllowedCorsOrigins = {list}\n{{ {} }} }} }};",
                many.join(", ")
            );
            assert_eq!(shown("cs", &code).len(), many.len(), "{list}");
        }
        assert_eq!(
            shown("py", "CORS(app, origins=[os.environ[\"SHOP_URL\"]])\n"),
            ["SHOP_URL"]
        );
        assert_eq!(
            shown(
                "go",
                "c := cors.Config{AllowOrigins: []string{os.Getenv(\"SHOP_URL\")}}\n"
            ),
            ["SHOP_URL"]
        );
    }

    #[test]
    fn where_a_browser_goes_is_told() {
        let java = "class Back {\n @Value(\"${shop.url}\") String url;\n Object done() { return ResponseEntity.status(302).location(URI.create(url + \"/done\")).build(); }\n}";
        assert_eq!(shown("java", java), ["${shop.url}"]);
        let java = "class Back {\n @Value(\"${shop.url}\") String url;\n String done() { return \"redirect:\" + url; }\n}";
        assert_eq!(shown("java", java), ["${shop.url}", "redirect:"]);
        assert_eq!(
            shown("js", "res.redirect(process.env.SHOP_URL + '/done');"),
            ["SHOP_URL"]
        );
        assert_eq!(
            shown(
                "py",
                "url = os.environ['SHOP_URL']\nreturn redirect(url + '/done')\n"
            ),
            ["SHOP_URL"]
        );
        assert_eq!(
            shown("go", "http.Redirect(w, r, os.Getenv(\"SHOP_URL\"), 302)"),
            ["SHOP_URL"]
        );
        assert_eq!(
            shown(
                "ts",
                "window.location.assign(`${SHOP}/in/${a ? `?${b}` : ``}`);\napi.assign(`${SHOP}/out`);"
            ),
            ["${SHOP}/in/${a ? `?${b}` : ``}"]
        );
    }

    #[test]
    fn what_people_read_is_told() {
        assert_eq!(
            shown("js", "console.log('see http://shop:80/docs');"),
            ["see http://shop:80/docs"]
        );
        assert_eq!(
            shown(
                "java",
                "@Schema(example = \"http://shop:80/1\") String url;"
            ),
            ["http://shop:80/1"]
        );
    }

    #[test]
    fn a_field_that_is_given_another_address_holds_none() {
        let page = |then: &str| {
            format!(
                "const app = {{ url: 'http://localhost:80', load() {{ {then} fetch(this.url); }} }};"
            )
        };
        assert_eq!(
            shown("js", &page("this.url = answer.url;")),
            ["http://localhost:80"]
        );
        assert_eq!(shown("js", &page("log(this.url == answer.url);")), NONE);
    }

    #[test]
    fn what_is_sent_to_is_not_told() {
        for code in [
            "fetch(process.env.SHOP_URL + '/feed', { redirect: 'manual' });",
            "console.log(await axios.get(`${process.env.SHOP_URL}/feed`));",
            "const shop = process.env.SHOP_URL;\napp.use(cors({ origin: shop }));\nawait fetch(shop);",
            "const origin = process.env.SHOP_URL;\nfetch(origin + '/x');",
            "console.log('asks');\nconst url = process.env.SHOP_URL;\nconsole.log(url);\nhttp.get(url);",
            "locationClient.get(process.env.SHOP_URL);",
            "app.use(cors());\nexport const shop = process.env.SHOP_URL;",
        ] {
            assert_eq!(shown("ts", code), NONE, "{code}");
        }
        assert_eq!(
            shown("py", "x = redirect\nrequests.get('http://shop:80/x')\n"),
            NONE
        );
        assert_eq!(
            shown("py", "log(requests.get(os.environ['SHOP_URL'] + '/x'))\n"),
            NONE
        );
        assert_eq!(shown("py", "print(config.get('SHOP_URL'))\n"), ["SHOP_URL"]);
        assert_eq!(
            shown(
                "java",
                "class RedirectController {\n @Value(\"${shop.url}\") String url;\n void f() { rest.getForObject(url + \"/x\", A.class); }\n}"
            ),
            NONE
        );
    }
}
