//! Tables that a statement names, and whether it writes them.
//!
//! In: the text of a statement (SQL, CQL; other languages give nothing). Out: table names, lower case.
//! Invariant: one pass; only the first 4 KiB are looked at, at most eight tables are told.
//! Never: literals or parameters of the statement.

/// Calls `found(table, write)` for each table named after FROM, JOIN, INTO, UPDATE or TABLE.
pub(in crate::traces) fn tables(statement: &[u8], mut found: impl FnMut(&[u8], bool)) {
    let text = statement.get(..4096).unwrap_or(statement);
    let words = Words { text };
    let mut role: Option<bool> = None;
    let mut deleting = false;
    let mut told: Vec<(Vec<u8>, bool)> = Vec::new();
    for word in words {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        if let Some(write) = role {
            if [",", "only", "low_priority", "ignore", "if", "not", "exists"]
                .iter()
                .any(|skip| is(skip))
            {
                continue;
            }
            role = None;
            let table = bare_name(word);
            let told_before = told
                .iter()
                .any(|(name, wrote)| *name == table && *wrote == write);
            if !table.is_empty() && !told_before && told.len() < 8 {
                found(&table, write);
                told.push((table, write));
            }
            continue;
        }
        role = match () {
            () if is("delete") => {
                deleting = true;
                None
            }
            () if is("from") => Some(std::mem::take(&mut deleting)),
            () if is("join") => Some(false),
            () if is("into") || is("update") || is("truncate") => Some(true),
            () if is("table") && !told.iter().any(|(_, write)| *write) => Some(true),
            () => None,
        };
    }
}

/// The last part of a dotted, quoted name in lower case; empty for a subquery or function.
fn bare_name(word: &[u8]) -> Vec<u8> {
    if word
        .first()
        .is_none_or(|first| !(first.is_ascii_alphabetic() || b"_`\"[".contains(first)))
    {
        return Vec::new();
    }
    let name = word.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let keep = |byte: &&u8| !b"`\"[];".contains(byte);
    name.iter()
        .filter(keep)
        .map(u8::to_ascii_lowercase)
        .collect()
}

/// Splits at white space, commas and parentheses; skips string literals and comments.
struct Words<'a> {
    text: &'a [u8],
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let (&first, rest) = self.text.split_first()?;
            match first {
                b'\'' => self.text = after(rest, |byte| byte == b'\''),
                b'-' if rest.first() == Some(&b'-') => {
                    self.text = after(rest, |byte| byte == b'\n');
                }
                b'/' if rest.first() == Some(&b'*') => {
                    let end = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2);
                    self.text = rest.get(end..).unwrap_or_default();
                }
                b'(' | b',' => {
                    let (word, tail) = self.text.split_at(1);
                    self.text = tail;
                    return Some(word);
                }
                _ if first.is_ascii_whitespace() || first == b')' => self.text = rest,
                _ => {
                    let stop = |byte: &u8| byte.is_ascii_whitespace() || b"(),'".contains(byte);
                    let end = self.text.iter().position(stop).unwrap_or(self.text.len());
                    let (word, tail) = self.text.split_at(end);
                    self.text = tail;
                    return Some(word);
                }
            }
        }
    }
}

fn after(text: &[u8], end: impl Fn(u8) -> bool) -> &[u8] {
    let at = text
        .iter()
        .position(|byte| end(*byte))
        .map_or(text.len(), |at| at + 1);
    text.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statement: &str, expected: &str) {
        let mut found = Vec::new();
        tables(statement.as_bytes(), |table, write| {
            found.push(format!(
                "{}{}",
                if write { "w:" } else { "r:" },
                String::from_utf8_lossy(table)
            ));
        });
        assert_eq!(found.join(" "), expected, "{statement}");
    }

    #[test]
    fn names_tables_with_their_use() {
        check(
            "SELECT * FROM Orders o JOIN shop.`Users` u ON 1",
            "r:orders r:users",
        );
        check(
            "insert into \"public\".\"orders\"(id) values ('from x')",
            "w:orders",
        );
        check("INSERT INTO a SELECT * FROM b", "w:a r:b");
        check("update only carts set a = 1", "w:carts");
        check(
            "DELETE FROM carts WHERE id IN (SELECT id FROM old)",
            "w:carts r:old",
        );
        check("select 1 from (select 2 from t) x -- from y", "r:t");
        check("CREATE TABLE IF NOT EXISTS t (a int)", "w:t");
        check("GET key", "");
        check("", "");
    }
}
