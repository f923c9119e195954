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
    toString(toUnixTimestamp64Nano(start_time)) AS start_time_unix_nano,
    id, trace_id, parent_span_id, trace_state, name, kind, duration, status_code, service_name,
    str_attributes.key, str_attributes.value, int_attributes.key, int_attributes.value,
    double_attributes.key, double_attributes.value, bool_attributes.key, bool_attributes.value,
    resource_str_attributes.key, resource_str_attributes.value, links.trace_id, links.span_id
FROM {table}
-- The times only say where to look.
WHERE start_time >= (SELECT min(begins) FROM chosen) - INTERVAL 1 MINUTE
    AND start_time <= (SELECT max(ends) FROM chosen) + INTERVAL 1 MINUTE
    AND trace_id IN (SELECT trace_id FROM chosen)
FORMAT JSONEachRow
