"""Service edges of OTLP lines by a self-join in DuckDB, with explicit columns."""
import sys
import duckdb

ATTRIBUTES = "STRUCT(key VARCHAR, value STRUCT(stringValue VARCHAR))[]"
SPAN = ("STRUCT(traceId VARCHAR, spanId VARCHAR, parentSpanId VARCHAR, name VARCHAR, kind INTEGER, "
        "startTimeUnixNano VARCHAR, endTimeUnixNano VARCHAR, status STRUCT(code INTEGER))")
COLUMNS = f"STRUCT(resource STRUCT(attributes {ATTRIBUTES}), scopeSpans STRUCT(spans {SPAN}[])[])[]"
connection = duckdb.connect()
connection.execute("SET threads = 2")
rows = connection.execute(f"""
    WITH resources AS (
      SELECT unnest(resourceSpans) AS r
      FROM read_json(?, format='newline_delimited', maximum_object_size=64000000, columns={{resourceSpans: '{COLUMNS}'}})),
    scopes AS (
      SELECT list_filter(r.resource.attributes, lambda a: a.key = 'service.name')[1].value.stringValue AS service,
             unnest(r.scopeSpans) AS scope FROM resources),
    spans AS (SELECT service, unnest(scope.spans) AS span FROM scopes)
    SELECT p.service, c.service, count(*), sum((c.span.status.code = 2)::INT)
    FROM spans c JOIN spans p ON c.span.traceId = p.span.traceId AND c.span.parentSpanId = p.span.spanId
    WHERE c.service <> p.service GROUP BY ALL""", [sys.argv[1]]).fetchall()
print(f"duckdb edges={len(rows)} calls={sum(row[2] for row in rows)}")
