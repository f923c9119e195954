//! Queries for the stores that traces lie in, which give the rows that the format `rows` reads.
//!
//! In: a store and what to take of it. Out: one SELECT, for the user's own engine.
//! Invariant: a trace is given whole, in one window and one shard only; its start chooses it.
//! Never: a connection; names and times that could be more than that in SQL.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::spans::shard::Shard;

/// A store of traces.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// The table with the spans, as the store's own set-up calls it.
    pub table: &'static str,
    /// The helper table with start and end of each trace, from the name of the table.
    helper: fn(&str) -> String,
    /// The query, with holes in braces.
    template: &'static str,
    /// How times and conditions are written.
    dialect: Dialect,
}

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    /// `ClickHouse`, whose times have nanoseconds and a zone.
    ClickHouse,
    /// `DuckDB`, which reads files by their paths.
    DuckDb,
}

/// The query for both forms of attributes of the `OpenTelemetry` exporter.
const OTEL: &str = include_str!("../../templates/queries/clickhouse-otel.sql");

/// All stores.
pub const STORES: &[Store] = &[
    Store {
        id: "clickhouse-otel",
        about: "ClickHouse, as OpenTelemetry's exporter fills it, with attributes as maps",
        table: "otel_traces",
        helper: |table| beside(table, "_trace_id_ts"),
        template: OTEL,
        dialect: Dialect::ClickHouse,
    },
    Store {
        id: "clickhouse-otel-json",
        about: "the same with attributes as JSON",
        table: "otel_traces",
        helper: |table| beside(table, "_trace_id_ts"),
        template: OTEL,
        dialect: Dialect::ClickHouse,
    },
    Store {
        id: "signoz",
        about: "SigNoz (signoz_index_v3)",
        table: "signoz_traces.distributed_signoz_index_v3",
        helper: |table| table.replace("signoz_index_v3", "trace_summary"),
        template: include_str!("../../templates/queries/signoz.sql"),
        dialect: Dialect::ClickHouse,
    },
    Store {
        id: "jaeger-clickhouse",
        about: "Jaeger 2 on ClickHouse",
        table: "spans",
        helper: |table| match table.rsplit_once('.') {
            Some((database, _)) => format!("{database}.trace_id_timestamps"),
            None => "trace_id_timestamps".to_owned(),
        },
        template: include_str!("../../templates/queries/jaeger-clickhouse.sql"),
        dialect: Dialect::ClickHouse,
    },
    Store {
        id: "duckdb-parquet",
        about: "Parquet files with the columns of otel_traces, by DuckDB",
        table: "otel_traces.parquet",
        helper: str::to_owned,
        template: include_str!("../../templates/queries/duckdb-parquet.sql"),
        dialect: Dialect::DuckDb,
    },
];

/// A job for an engine that works on many machines.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// The whole of it.
    pub text: &'static str,
}

/// All jobs.
pub const JOBS: &[Job] = &[Job {
    id: "spark",
    about: "Spark 4, in Python: rows of Parquet, Delta, Iceberg, JDBC, or blocks of Tempo",
    text: include_str!("../../templates/jobs/spark.py"),
}];

/// The name of a table beside another one, which may be quoted.
///
/// A closing quote stays at the end: `` `otel`.`traces` `` becomes ``
/// `otel`.`traces_trace_id_ts` ``.
fn beside(table: &str, suffix: &str) -> String {
    match table.strip_suffix(['`', '"']) {
        Some(bare) => format!("{bare}{suffix}{}", &table[bare.len()..]),
        None => format!("{table}{suffix}"),
    }
}

/// Which traces of a store, and where they lie.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The table, if it is not called as usual.
    pub table: Option<String>,
    /// First start.
    pub from: Option<String>,
    /// Start that is too late.
    pub to: Option<String>,
    /// Only the traces of this shard.
    pub shard: Option<Shard>,
}

/// Why there is no query.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum QueryError {
    /// No such store.
    #[error("no store is called `{0}`")]
    Store(String),
    /// Not the name of a table.
    #[error(
        "`{0}` is no name of a table (letters, digits, _, -, $ and quotes, parts joined by dots)"
    )]
    Table(String),
    /// Not a time.
    #[error("`{0}` is no time; write 2026-01-31 or 2026-01-31T12:00:00Z")]
    Time(String),
}

/// The query for `selection` of the store `id`.
///
/// # Errors
/// Names and times that are none.
///
/// Without times, all traces are selected. Nothing of the selection gets into the query
/// unchecked: the table consists of a few characters, and times are parsed and written anew.
pub fn query(id: &str, selection: &Selection) -> Result<String, QueryError> {
    let store = STORES.iter().find(|store| store.id == id);
    let store = store.ok_or_else(|| QueryError::Store(id.to_owned()))?;
    let table = selection.table.as_deref().unwrap_or(store.table);
    let [table, helper] = match store.dialect {
        Dialect::DuckDb => [quoted(table), String::new()],
        Dialect::ClickHouse => [named(table)?, (store.helper)(table)],
    };
    let from = selection.from.as_deref().unwrap_or("1971-01-01");
    let to = selection.to.as_deref().unwrap_or("2106-01-01");
    let (from, to) = (moment(from, store.dialect)?, moment(to, store.dialect)?);
    let shard = selection.shard.map(|shard| condition(shard, store));
    let holes = [
        ("{table}", table),
        ("{helper}", helper),
        ("{from}", from),
        ("{to}", to),
        ("{shard}", shard.unwrap_or_default()),
    ];
    let fill = |text: String, (hole, value): &(&str, String)| text.replace(hole, value);
    Ok(holes.iter().fold(store.template.to_owned(), fill))
}

/// A name of a table, possibly with its database, possibly quoted.
///
/// Comments (`--`) and odd quotes are refused, since either could end the name early.
fn named(table: &str) -> Result<String, QueryError> {
    let fits = |letter: char| letter.is_alphanumeric() || "_-$.`\"".contains(letter);
    let quotes = table.matches(['`', '"']).count();
    if table.is_empty()
        || !table.chars().all(fits)
        || !quotes.is_multiple_of(2)
        || table.contains("--")
    {
        return Err(QueryError::Table(table.to_owned()));
    }
    Ok(table.to_owned())
}

/// A path as a text of SQL.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', "''"))
}

/// A moment as the engine writes it, in UTC.
///
/// Text without a zone is taken for UTC.
fn moment(text: &str, dialect: Dialect) -> Result<String, QueryError> {
    let parsed: Option<Timestamp> = text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Offset::UTC.to_timestamp(local).ok()
    });
    let moment = parsed.ok_or_else(|| QueryError::Time(text.to_owned()))?;
    let text = Offset::UTC
        .to_datetime(moment)
        .strftime("%Y-%m-%d %H:%M:%S%.f")
        .to_string();
    Ok(match dialect {
        Dialect::ClickHouse => format!("toDateTime64('{text}', 9, 'UTC')"),
        Dialect::DuckDb => format!("TIMESTAMP '{text}'"),
    })
}

/// The condition of the shard, joined to others.
///
/// The last eight hexadecimal digits of the trace id, as a number: the same as `Shard::holds`
/// computes from the id.
fn condition(shard: Shard, store: &Store) -> String {
    let column = if store.template.contains("TraceId") {
        "TraceId"
    } else {
        "trace_id"
    };
    let number = match store.dialect {
        Dialect::ClickHouse => format!("reinterpretAsUInt32(reverse(unhex(right({column}, 8))))"),
        Dialect::DuckDb => format!("CAST('0x' || right({column}, 8) AS UBIGINT)"),
    };
    let Shard { index, count } = shard;
    format!("\n        AND {number} % {count} = {index}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hole_stays_open_in_any_query() {
        for store in STORES {
            let all = Selection {
                table: Some("shop.`otel-traces`".to_owned()),
                from: Some("2026-01-31".to_owned()),
                to: Some("2026-02-01T12:00:00+02:00".to_owned()),
                shard: Some(Shard {
                    index: 3,
                    count: 16,
                }),
            };
            for selection in [Selection::default(), all] {
                let text = query(store.id, &selection).expect("a query");
                assert!(!text.contains(['{', '}']), "{text}");
                let late = selection.to.is_none() || text.contains("2026-02-01 10:00:00");
                assert!(late && text.contains("SELECT"), "{text}");
            }
        }
        let text = query(
            "clickhouse-otel",
            &Selection {
                table: Some("a.`b`".into()),
                ..Selection::default()
            },
        );
        assert!(text.expect("a query").contains("a.`b_trace_id_ts`"));
    }

    #[test]
    fn what_is_more_than_a_name_or_a_time_is_refused() {
        let with = |change: fn(&mut Selection)| {
            let mut selection = Selection::default();
            change(&mut selection);
            query("clickhouse-otel", &selection)
        };
        let errors = [
            with(|selection| selection.table = Some("t; DROP TABLE t".into())),
            with(|selection| selection.table = Some("t --".into())),
            with(|selection| selection.from = Some("') OR 1".into())),
            query("oracle", &Selection::default()),
        ];
        assert!(errors.iter().all(Result::is_err), "{errors:?}");
        let path = Selection {
            table: Some("it's/*.parquet".into()),
            ..Selection::default()
        };
        assert!(
            query("duckdb-parquet", &path)
                .expect("a query")
                .contains("'it''s/*.parquet'")
        );
    }
}
