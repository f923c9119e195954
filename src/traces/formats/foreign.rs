//! Formats that are recognised so that a refusal can name them.
//!
//! In: the first bytes of an input. Out: what it is.
//! Invariant: every word of a row must stand in the sample.
//! Never: reads them.

/// What an input is, and the words that tell it.
type Row = (&'static str, &'static [&'static str]);

const ROWS: &[Row] = &[
    ("SkyWalking", &["\"segmentId\"", "\"spans\""]),
    ("SkyWalking", &["\"endpointName\"", "\"spans\""]),
    ("SkyWalking", &["\"queryTrace\""]),
    ("AWS X-Ray", &["\"trace_id\"", "\"1-", "\"start_time\""]),
    ("AWS X-Ray", &["\"Segments\"", "\"Document\""]),
    ("AWS X-Ray", &["\"subsegments\""]),
    (
        "Datadog",
        &["\"trace_id\"", "\"span_id\"", "\"resource\"", "\"service\""],
    ),
    ("Datadog", &["\"span_id\"", "\"resource_name\""]),
    ("Elastic APM", &["\"transaction\"", "\"trace_id\""]),
    ("Elastic APM", &["\"processor\"", "\"transaction\""]),
    ("Elastic APM", &["\"metadata\"", "\"service\"", "\"agent\""]),
    ("Azure Application Insights", &["operation_Id"]),
    ("Azure Application Insights", &["\"operation_ParentId\""]),
    (
        "Google Cloud Trace",
        &["\"projectId\"", "\"traceId\"", "\"spans\""],
    ),
    ("New Relic", &["\"trace.id\"", "\"duration.ms\""]),
    ("Sentry", &["\"event_id\"", "\"contexts\""]),
    ("a Chrome trace", &["\"traceEvents\""]),
    ("a HAR file", &["\"log\"", "\"creator\"", "\"entries\""]),
    ("OTLP logs", &["\"resourceLogs\""]),
    ("OTLP metrics", &["\"resourceMetrics\""]),
    ("OTLP profiles", &["\"resourceProfiles\""]),
    ("Prometheus metrics", &["# TYPE ", "# HELP "]),
    ("Parquet", &["PAR1"]),
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
            (
                r#"[[{"trace_id":1,"span_id":2,"service":"a","resource":"GET"}]]"#,
                "Datadog",
            ),
            (
                r#"{"data":{"trace":{"spans":[{"segmentId":"a"}]}}}"#,
                "SkyWalking",
            ),
            (
                r#"{"id":"a","trace_id":"1-58-a","start_time":1.4e9}"#,
                "AWS X-Ray",
            ),
            (r#"{"resourceLogs":[]}"#, "OTLP logs"),
        ] {
            assert_eq!(name(text.as_bytes()), Some(wanted));
        }
        assert_eq!(name(b"{}"), None);
    }
}
