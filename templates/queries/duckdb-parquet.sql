-- Rows of whole traces, chosen by their start; for `seamline traces fold -`.
-- To be run as `duckdb -noheader -list`, so that each row is one line of JSON.
WITH spans AS (
    SELECT * FROM read_parquet({table}, union_by_name = true)
),
chosen AS (
    SELECT
        TraceId,
        -- The moment, as a timestamp or as nanoseconds since 1970.
        min(coalesce(
            make_timestamp_ns(try_cast("Timestamp"::VARCHAR AS BIGINT)),
            try_cast("Timestamp"::VARCHAR AS TIMESTAMP_NS)
        )) AS begins
    FROM spans
    WHERE TraceId <> ''{shard}
    GROUP BY TraceId
    HAVING begins >= {from} AND begins < {to}
)
SELECT to_json(spans) FROM spans WHERE TraceId IN (SELECT TraceId FROM chosen)
