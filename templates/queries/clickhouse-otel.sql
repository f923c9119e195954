-- Rows of whole traces, chosen by their start; for `seamline traces fold -`.
WITH chosen AS (
    SELECT TraceId, min(Start) AS begins, max(End) AS ends
    FROM {helper}
    -- A day more, so that a trace which began before is known to have done so.
    WHERE Start >= {from} - INTERVAL 1 DAY AND Start < {to}{shard}
    GROUP BY TraceId
    HAVING begins >= {from} AND begins < {to}
)
SELECT
    toString(toUnixTimestamp64Nano(Timestamp)) AS StartTimeUnixNano,
    TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName,
    ResourceAttributes, SpanAttributes, Duration, StatusCode, Links.TraceId, Links.SpanId
FROM {table}
-- The times only say where to look. They are whole seconds, which ClickHouse compares with the parts of a table
-- as if nothing came behind, so that they get a minute more.
WHERE Timestamp >= (SELECT toDateTime64(min(begins), 9) FROM chosen) - INTERVAL 1 MINUTE
    AND Timestamp < (SELECT toDateTime64(max(ends), 9) FROM chosen) + INTERVAL 1 MINUTE
    AND TraceId IN (SELECT TraceId FROM chosen)
FORMAT JSONEachRow
