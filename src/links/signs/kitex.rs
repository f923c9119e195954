//! Packages that Kitex generates for a service: clients and servers of one contract.
//!
//! In: tokens. Out: additions to [`Contracts`].
//! Invariant: the file imports the package from a folder `kitex_gen`.
//! Never: which service serves a contract.

use super::contracts::{Around, Built, Contracts};
use super::lex::{self, Kind, Token};

/// The first of the names to which the call of a package is assigned: `c` of `c, err := pay.NewClient()`.
fn first_assigned(around: &Around<'_, '_>) -> Option<String> {
    let is = |back: usize, mark: &str| around.before(back).is_some_and(|token| token.is(mark));
    let last = if is(4, ":") { 5 } else { 4 };
    let first = if is(last + 1, ",") { last + 2 } else { last };
    let name = around
        .before(first)
        .filter(|name| is(3, "=") && name.kind == Kind::Word)?;
    Some(name.text.to_owned())
}

/// Furthest token behind the call at which a function hands its client on.
const MAX_BODY: usize = 200;

/// Whether the function around gives back what it assigned: then who calls the function has the client.
fn hands_on(tokens: &[Token<'_>], index: usize, holder: &str) -> bool {
    let body = tokens.iter().skip(index).take(MAX_BODY);
    let mut body = body.take_while(|token| token.text != "func").peekable();
    while let Some(token) = body.next() {
        let returned = body.peek().is_some_and(|next| next.text == holder);
        if token.text == "return" && returned {
            return true;
        }
    }
    false
}

/// `payservice.NewClient("pay")` and `payservice.NewServer(impl)`: packages that Kitex generates, one for each service.
pub(super) fn scan(tokens: &[Token<'_>], found: &mut Contracts) {
    let mut packages: Vec<(&str, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.kind == Kind::Text && token.text.contains("kitex_gen/") {
            let package = token.text.rsplit('/').next().unwrap_or(token.text);
            let alias = lex::before(tokens, index, 1);
            let alias = alias.filter(|t| {
                t.kind == Kind::Word && t.at.line == token.at.line && t.text != "import"
            });
            packages.push((alias.map_or(package, |alias| alias.text), package));
        }
        if packages.is_empty() || token.kind != Kind::Word {
            continue;
        }
        let around = Around { tokens, index };
        let known = packages
            .iter()
            .find(|(alias, _)| around.qualifier() == Some(*alias));
        let Some((_, package)) = known.filter(|_| around.after(1, "(")) else {
            continue;
        };
        let contract = (*package).to_owned();
        match token.text {
            "NewClient" | "MustNewClient" => {
                found.thrift = true;
                found.built.push(Built {
                    returned: false,
                    contract,
                    at: token.at,
                    holder: first_assigned(&around)
                        .filter(|holder| !hands_on(tokens, index, holder)),
                    weak: true,
                });
            }
            "NewServer" | "NewInvoker" | "RegisterService" => found.served.push(contract),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn found(text: &str) -> Contracts {
        let mut found = Contracts::default();
        scan(&tokens("go", text), &mut found);
        found
    }

    #[test]
    fn packages_that_kitex_generates_are_clients_and_servers() {
        let import = "package a\nimport (\n p \"shop/kitex_gen/pay/payservice\"\n)\n";
        let asks = format!("{import}func f() {{ c, err := p.NewClient(\"pay\"); c.Charge() }}");
        let asking = found(&asks);
        let built = &asking.built[0];
        assert_eq!(
            (&*built.contract, built.holder.as_deref()),
            ("payservice", Some("c"))
        );
        assert!(asking.thrift);
        let makes =
            format!("{import}func f() p.Client {{ c, err := p.NewClient(\"pay\"); return c }}");
        assert_eq!(found(&makes).built[0].holder, None, "handed on");
        let serves = format!("{import}func f() {{ p.NewServer(new(Impl)).Run() }}");
        assert_eq!(found(&serves).served, ["payservice"]);
        assert!(
            found("func f() { p.NewServer(new(Impl)).Run() }")
                .served
                .is_empty()
        );
    }
}
