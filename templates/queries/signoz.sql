-- Rows of whole traces, chosen by their start; for `seamline traces fold -`.
WITH chosen AS (
    SELECT trace_id, min(start) AS begins, max(end) AS ends
    FROM {helper}
    -- A day more, so that a trace which began before is known to have done so.
    WHERE start >= {from} - INTERVAL 1 DAY AND start < {to}{shard}
    GROUP BY trace_id
    HAVING begins >= {from} AND begins < {to}
)
SELECT
    toString(toUnixTimestamp64Nano(timestamp)) AS start_time_unix_nano,
    trace_id, span_id, parent_span_id, trace_state, name, kind, duration_nano, status_code,
    attributes_string, attributes_number, attributes_bool, resources_string, links,
    `resource_string_service$$name` AS service_name
FROM {table}
-- The times only say where to look.
WHERE timestamp >= (SELECT min(begins) FROM chosen) - INTERVAL 1 MINUTE
    AND timestamp <= (SELECT max(ends) FROM chosen) + INTERVAL 1 MINUTE
    -- Spans lie in buckets of half an hour.
    AND ts_bucket_start >= (SELECT toUInt64(toUnixTimestamp(min(begins))) - 1800 FROM chosen)
    AND ts_bucket_start <= (SELECT toUInt64(toUnixTimestamp(max(ends))) FROM chosen)
    AND trace_id IN (SELECT trace_id FROM chosen)
FORMAT JSONEachRow
