//! Formats that are recognised so that a refusal can name them.
//!
//! In: the first bytes of an input. Out: what it is.
//! Invariant: every word of a row must stand in the sample.
//! Never: reads them.

/// What an input is, and the words that tell it.
type Row = (&'static str, &'static [&'static str]);

/// The first row that fits names the input.
const ROWS: &[Row] = &[
    ("New Relic", &["\"trace.id\"", "\"duration.ms\""]),
    ("Sentry", &["\"event_id\"", "\"contexts\""]),
    ("a Chrome trace", &["\"traceEvents\""]),
    ("a HAR file", &["\"log\"", "\"creator\"", "\"entries\""]),
    ("OTLP logs", &["\"resourceLogs\""]),
    ("OTLP metrics", &["\"resourceMetrics\""]),
    ("OTLP profiles", &["\"resourceProfiles\""]),
    ("Prometheus metrics", &["# TYPE ", "# HELP "]),
    #[cfg(not(feature = "parquet"))]
    (
        "Parquet (let DuckDB write its rows, with the query that `seamline traces query duckdb-parquet` prints, or build with `--features parquet`)",
        &["PAR1"],
    ),
];

/// What `bytes` start, if it is known.
pub(in crate::traces) fn name(bytes: &[u8]) -> Option<&'static str> {
    let has = |word: &&str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    let found = ROWS.iter().find(|(_, words)| words.iter().all(has));
    found.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn known_strangers_are_named() {
        for (text, wanted) in [
            (r#"[{"trace.id":"a","duration.ms":1}]"#, "New Relic"),
            #[cfg(not(feature = "parquet"))]
            ("PAR1", "Parquet (let"),
            (r#"{"resourceLogs":[]}"#, "OTLP logs"),
        ] {
            let found = name(text.as_bytes());
            assert!(found.is_some_and(|name| name.starts_with(wanted)), "{text}");
        }
        assert_eq!(name(b"{}"), None);
    }
}
