//! Tables that a recorded statement names, and whether it writes them.
//!
//! In: the text of a statement. Out: table names, lower case.
//! Invariant: only the first 4 KiB are looked at, at most eight tables are told, each once per use.
//! Never: literals or parameters of the statement.

use crate::source::sql::{Deed, Named};

/// Most bytes of a statement that are looked at.
const LONGEST: usize = 4096;
/// Most tables of one statement that are told.
const MOST: usize = 8;

/// Calls `found(table, write)` for each table that the statement names.
///
/// `INSERT INTO orders SELECT * FROM carts` gives `orders` as written and `carts` as read.
pub(in crate::traces) fn tables(statement: &[u8], mut found: impl FnMut(&[u8], bool)) {
    let head = statement.get(..LONGEST).unwrap_or(statement);
    let named = crate::source::sql::tables(&String::from_utf8_lossy(head));
    let writes = |named: &Named| named.deed != Deed::Read;
    let mut told: Vec<(&str, bool)> = Vec::new();
    for table in &named {
        let use_of = (table.table.as_str(), writes(table));
        if told.len() < MOST && !told.contains(&use_of) {
            found(use_of.0.as_bytes(), use_of.1);
            told.push(use_of);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_once_per_use_and_no_more_than_eight() {
        let told = |statement: &str| {
            let mut found = Vec::new();
            tables(statement.as_bytes(), |table, write| {
                found.push((String::from_utf8_lossy(table).into_owned(), write));
            });
            found
        };
        let found = told("insert into a select 1 from b join b on 1 join a on 1");
        assert_eq!(
            found,
            [("a".into(), true), ("b".into(), false), ("a".into(), false)]
        );
        let many: String = (0..20).map(|n| format!(" join t{n} on 1")).collect();
        assert_eq!(told(&format!("select 1 from t{many}")).len(), 8);
    }
}
