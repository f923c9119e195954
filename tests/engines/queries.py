#!/usr/bin/env python3
"""Runs the queries of `seamline traces query` on real engines.

usage: queries.py BIN [TRACES]

Needs `chdb` and `duckdb`. Exit code 1 if the rows of any store fold to other bytes than the same spans as OTLP.
"""
import json, os, random, subprocess, sys, tempfile
from datetime import datetime, timezone

BIN = os.path.abspath(sys.argv[1])
TRACES = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
FIRST = 1_767_225_600_000_000_000  # 2026-01-01T00:00:00Z
KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"]


# ---- spans ---------------------------------------------------------------
def spans():
    """Traces of a web shop: calls, queries, errors, and messages taken in traces of their own."""
    random.seed(7)
    sent = []
    for number in range(TRACES):
        trace = "%032x" % random.getrandbits(128)
        start = FIRST + number * 20_000_000_000 + random.randrange(10**9)

        def span(parent, service, kind, name, offset, length, error=False, attributes=None, links=()):
            found = dict(trace=trace, id="%016x" % random.getrandbits(64), parent=parent, service=service, kind=kind,
                         name=name, start=start + offset * 1000, duration=length * 1000, error=error,
                         attributes=attributes or {}, links=list(links),
                         state="ot=th:8" if number % 5 == 0 else "")
            found["resource"] = {"service.name": service, "deployment.environment.name": "prod", "host.name": "h%d" % (number % 9)}
            return found

        web = span("", "web", 2, "GET /checkout", 0, 90_000, attributes={"http.request.method": "GET", "http.route": "/checkout/{id}", "http.response.status_code": 200})
        yield web
        call = span(web["id"], "web", 3, "POST", 1000, 80_000, attributes={"http.request.method": "POST", "url.full": "http://orders:8080/o?q='{x}'", "server.address": "orders", "http.response.status_code": 500 if number % 7 == 0 else 200, "retry": True, "share": 0.25})
        yield call
        orders = span(call["id"], "orders", 2, "POST /orders", 2000, 70_000, number % 7 == 0, {"http.request.method": "POST", "http.route": "/orders", "http.response.status_code": 500 if number % 7 == 0 else 201})
        yield orders
        for turn in range(1 + number % 4):
            yield span(orders["id"], "orders", 3, "SELECT", 3000 + turn * 900, 800, False, {"db.system.name": "postgresql", "db.namespace": "shop", "db.query.text": "SELECT * FROM carts WHERE note = '\"%d\"'" % turn})
        message = span(orders["id"], "orders", 4, "placed publish", 40_000, 500, attributes={"messaging.system": "kafka", "messaging.destination.name": "placed", "messaging.operation.type": "send"})
        yield message
        sent.append((trace, message["id"]))
        if number > 3:
            trace = "%032x" % random.getrandbits(128)
            links = random.sample(sent[-4:], 1 + number % 2)
            yield span("", "mailer", 5, "placed process", 60_000, 4000, number % 11 == 0, {"messaging.system": "kafka", "messaging.destination.name": "placed", "messaging.operation.type": "process"}, links)


def value(found):
    if isinstance(found, bool):
        return {"boolValue": found}
    if isinstance(found, int):
        return {"intValue": str(found)}
    return {"doubleValue": found} if isinstance(found, float) else {"stringValue": found}


def pairs(found):
    return [{"key": key, "value": value(text)} for key, text in found.items()]


def otlp(span):
    own = {"traceId": span["trace"], "spanId": span["id"], "parentSpanId": span["parent"], "name": span["name"],
           "kind": span["kind"], "startTimeUnixNano": str(span["start"]), "traceState": span["state"],
           "endTimeUnixNano": str(span["start"] + span["duration"]), "attributes": pairs(span["attributes"]),
           "status": {"code": 2} if span["error"] else {},
           "links": [{"traceId": trace, "spanId": id} for trace, id in span["links"]]}
    return {"resourceSpans": [{"resource": {"attributes": pairs(span["resource"])}, "scopeSpans": [{"spans": [own]}]}]}


def plain(found):
    return json.dumps(found) if isinstance(found, (bool, float)) else str(found)


def of(found, *kinds):
    return {key: value for key, value in found.items() if type(value) in kinds}


def moment(nanos):
    whole = datetime.fromtimestamp(nanos // 10**9, timezone.utc)
    return whole.strftime("%Y-%m-%d %H:%M:%S") + ".%09d" % (nanos % 10**9)


# ---- tables --------------------------------------------------------------
def otel(span, attributes):
    return {"Timestamp": moment(span["start"]), "TraceId": span["trace"], "SpanId": span["id"],
            "ParentSpanId": span["parent"], "TraceState": span["state"], "SpanName": span["name"],
            "SpanKind": KINDS[span["kind"]], "ServiceName": span["service"],
            "ResourceAttributes": attributes(span["resource"]), "SpanAttributes": attributes(span["attributes"]),
            "Duration": span["duration"], "StatusCode": "Error" if span["error"] else "Unset",
            "Links.TraceId": [link[0] for link in span["links"]], "Links.SpanId": [link[1] for link in span["links"]],
            "Links.TraceState": ["" for _ in span["links"]], "Links.Attributes": [{} for _ in span["links"]]}


def signoz(span):
    found = span["attributes"]
    links = [{"traceId": span["trace"], "spanId": span["parent"], "refType": "CHILD_OF"}] if span["parent"] else []
    links += [{"traceId": trace, "spanId": id, "refType": "FOLLOWS_FROM"} for trace, id in span["links"]]
    return {"ts_bucket_start": span["start"] // 10**9 // 1800 * 1800, "resource_fingerprint": "f",
            "timestamp": moment(span["start"]), "trace_id": span["trace"], "span_id": span["id"],
            "trace_state": span["state"], "parent_span_id": span["parent"], "flags": 1, "name": span["name"],
            "kind": span["kind"], "kind_string": KINDS[span["kind"]], "duration_nano": span["duration"],
            "status_code": 2 if span["error"] else 0, "status_code_string": "Error" if span["error"] else "Unset",
            "attributes_string": of(found, str), "attributes_number": of(found, int, float),
            "attributes_bool": of(found, bool), "resources_string": span["resource"], "links": json.dumps(links),
            "resource_string_service$$name": span["service"], "has_error": span["error"]}


def jaeger(span):
    row = {"id": span["id"], "trace_id": span["trace"], "trace_state": span["state"],
           "parent_span_id": span["parent"], "name": span["name"], "kind": KINDS[span["kind"]].lower(),
           "start_time": moment(span["start"]), "status_code": "Error" if span["error"] else "Unset",
           "duration": span["duration"], "service_name": span["service"],
           "links.trace_id": [link[0] for link in span["links"]], "links.span_id": [link[1] for link in span["links"]],
           "links.trace_state": ["" for _ in span["links"]]}
    for name, kind in (("str", str), ("int", int), ("double", float), ("bool", bool)):
        for prefix, found in (("", span["attributes"]), ("resource_", span["resource"])):
            part = of({key: text for key, text in found.items() if key != "service.name"}, kind)
            row[prefix + name + "_attributes.key"] = list(part)
            row[prefix + name + "_attributes.value"] = list(part.values())
    return row


def otel_tables(kind):
    return ["""CREATE TABLE otel_traces (
        Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId String CODEC(ZSTD(1)), SpanId String CODEC(ZSTD(1)),
        ParentSpanId String CODEC(ZSTD(1)), TraceState String CODEC(ZSTD(1)),
        SpanName LowCardinality(String) CODEC(ZSTD(1)), SpanKind LowCardinality(String) CODEC(ZSTD(1)),
        ServiceName LowCardinality(String) CODEC(ZSTD(1)), ResourceAttributes KIND CODEC(ZSTD(1)),
        ScopeName String CODEC(ZSTD(1)), ScopeVersion String CODEC(ZSTD(1)), SpanAttributes KIND CODEC(ZSTD(1)),
        Duration UInt64 CODEC(ZSTD(1)), StatusCode LowCardinality(String) CODEC(ZSTD(1)),
        StatusMessage String CODEC(ZSTD(1)),
        Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes KIND) CODEC(ZSTD(1)),
        Links Nested (TraceId String, SpanId String, TraceState String, Attributes KIND) CODEC(ZSTD(1)),
        INDEX idx_duration Duration TYPE minmax GRANULARITY 1
        ) ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))
        SETTINGS index_granularity=8192, ttl_only_drop_parts = 1""".replace("KIND", kind),
        """CREATE TABLE otel_traces_trace_id_ts (
        TraceId String CODEC(ZSTD(1)), Start DateTime CODEC(Delta, ZSTD(1)), End DateTime CODEC(Delta, ZSTD(1)),
        INDEX idx_trace_id TraceId TYPE bloom_filter(0.01) GRANULARITY 1
        ) ENGINE = MergeTree PARTITION BY toDate(Start) ORDER BY (TraceId, Start)""",
        """CREATE MATERIALIZED VIEW otel_traces_trace_id_ts_mv TO otel_traces_trace_id_ts AS
        SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM otel_traces WHERE TraceId != '' GROUP BY TraceId"""]


SIGNOZ = ["CREATE DATABASE signoz_traces", """CREATE TABLE signoz_traces.signoz_index_v3 (
    ts_bucket_start UInt64 CODEC(DoubleDelta, LZ4), resource_fingerprint String CODEC(ZSTD(1)),
    timestamp DateTime64(9) CODEC(DoubleDelta, LZ4), trace_id FixedString(32) CODEC(ZSTD(1)),
    span_id String CODEC(ZSTD(1)), trace_state String CODEC(ZSTD(1)), parent_span_id String CODEC(ZSTD(1)),
    flags UInt32 CODEC(T64, ZSTD(1)), name LowCardinality(String) CODEC(ZSTD(1)), kind Int8 CODEC(T64, ZSTD(1)),
    kind_string String CODEC(ZSTD(1)), duration_nano UInt64 CODEC(T64, ZSTD(1)), status_code Int16 CODEC(T64, ZSTD(1)),
    status_message String CODEC(ZSTD(1)), status_code_string String CODEC(ZSTD(1)),
    attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_number Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    resources_string Map(LowCardinality(String), String) CODEC(ZSTD(1)), events Array(String) CODEC(ZSTD(2)),
    links String CODEC(ZSTD(1)), has_error Bool CODEC(T64, ZSTD(1)),
    `resource_string_service$$name` LowCardinality(String) DEFAULT resources_string['service.name'] CODEC(ZSTD(1))
    ) ENGINE = MergeTree PARTITION BY toDate(timestamp)
    ORDER BY (ts_bucket_start, resource_fingerprint, has_error, name, timestamp)""",
    """CREATE TABLE signoz_traces.trace_summary (trace_id String CODEC(ZSTD(1)),
    start SimpleAggregateFunction(min, DateTime64(9)) CODEC(ZSTD(1)),
    end SimpleAggregateFunction(max, DateTime64(9)) CODEC(ZSTD(1)),
    num_spans SimpleAggregateFunction(sum, UInt64) CODEC(ZSTD(1))
    ) ENGINE = AggregatingMergeTree PARTITION BY toDate(end) ORDER BY trace_id""",
    """CREATE MATERIALIZED VIEW signoz_traces.trace_summary_mv TO signoz_traces.trace_summary AS
    SELECT trace_id, min(timestamp) AS start, max(timestamp) AS end, toUInt64(count()) AS num_spans
    FROM signoz_traces.signoz_index_v3 GROUP BY trace_id"""]

SETS = ", ".join("%s%s_attributes Nested (key String, value %s)" % (prefix, name, kind)
                 for prefix in ("", "resource_", "scope_")
                 for name, kind in (("bool", "Bool"), ("double", "Float64"), ("int", "Int64"), ("str", "String"), ("complex", "String")))
JAEGER = ["""CREATE TABLE spans (id String, trace_id String, trace_state String, parent_span_id String, name String,
    kind String, start_time DateTime64(9), status_code String, status_message String, duration Int64, %s,
    events Nested (name String, timestamp DateTime64(9)),
    links Nested (trace_id String, span_id String, trace_state String), service_name String,
    scope_name String, scope_version String, INDEX idx_trace_id trace_id TYPE bloom_filter GRANULARITY 1,
    INDEX idx_duration duration TYPE minmax GRANULARITY 1
    ) ENGINE = MergeTree PARTITION BY toDate(start_time) ORDER BY (service_name, name, toDateTime(start_time))""" % SETS,
    """CREATE TABLE trace_id_timestamps (trace_id String, start SimpleAggregateFunction(min, DateTime64(9)),
    end SimpleAggregateFunction(max, DateTime64(9))) ENGINE = AggregatingMergeTree() ORDER BY (trace_id)""",
    """CREATE MATERIALIZED VIEW trace_id_timestamps_mv TO trace_id_timestamps AS
    SELECT trace_id, min(start_time) AS start, max(start_time) AS end FROM spans GROUP BY trace_id"""]

STORES = {
    "clickhouse-otel": (otel_tables("Map(LowCardinality(String), String)"), "otel_traces", lambda span: otel(span, lambda found: {key: plain(text) for key, text in found.items()}), []),
    "clickhouse-otel-json": (otel_tables("JSON"), "otel_traces", lambda span: otel(span, dict), []),
    "signoz": (SIGNOZ, "signoz_traces.signoz_index_v3", signoz, ["--table", "signoz_traces.signoz_index_v3"]),
    "jaeger-clickhouse": (JAEGER, "spans", jaeger, []),
}


# ---- the test ------------------------------------------------------------
def run(*arguments):
    return subprocess.run([BIN, "traces", *arguments], check=True, stdout=subprocess.PIPE).stdout


def fold(folder, *names):
    target = os.path.join(folder, "out.profile")
    run("fold", *[os.path.join(folder, name) for name in names], "-o", target)
    with open(target, "rb") as file:
        return file.read()


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    return name


def parts(folder, ask, wanted):
    """The bytes of the whole, of windows that were merged, and of shards that were merged, against `wanted`."""
    days = ["2026-01-01", "2026-01-01T05:00:00Z", "2026-01-01 07:30:00", "2026-01-02", "2026-02-01"]
    windows = [["--from", first, "--to", last] for first, last in zip(days, days[1:])]
    shards = [["--shard", "%d/3" % index] for index in range(3)]
    verdicts = []
    for name, cuts in (("whole", [[]]), ("windows", windows), ("shards", shards)):
        profiles = []
        for index, cut in enumerate(cuts):
            rows = ask(cut)
            if rows.strip():
                write(folder, "rows.jsonl", rows)
                profiles.append(write(folder, "part%d.profile" % index, fold(folder, "rows.jsonl")))
        found = fold(folder, *profiles)
        verdicts.append((name, found == wanted, len(profiles)))
    return verdicts


def clickhouse(folder, store, all_spans, wanted):
    from chdb import session
    tables, table, row, options = STORES[store]
    engine = session.Session()
    for statement in tables:
        engine.query(statement)
    rows = [row(span) for span in all_spans]
    # Several blocks, of which each has its own rows in the helper table; the last one holds the end of a trace alone.
    cuts = list(range(0, len(rows) - 5, 997)) + [len(rows) - 5, len(rows)]
    for start, end in zip(cuts, cuts[1:]):
        path = os.path.join(folder, "insert.jsonl")
        with open(path, "w") as file:
            file.writelines(json.dumps(found) + "\n" for found in rows[start:end])
        engine.query("INSERT INTO %s FROM INFILE '%s' FORMAT JSONEachRow" % (table, path))
    try:
        return parts(folder, lambda cut: engine.query(run("query", store, *options, *cut).decode()).bytes(), wanted)
    finally:
        engine.close()


def parquet(folder, all_spans, wanted):
    import duckdb
    path = os.path.join(folder, "source.jsonl")
    rows = [otel(span, lambda found: {key: plain(text) for key, text in found.items()}) for span in all_spans]
    for row in rows:
        row["Links"] = [{"TraceId": trace, "SpanId": id} for trace, id in zip(row["Links.TraceId"], row["Links.SpanId"])]
        for name in [name for name in row if name.startswith("Links.")]:
            del row[name]
    with open(path, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    engine = duckdb.connect()
    engine.execute("""COPY (SELECT * REPLACE (CAST(Timestamp AS TIMESTAMP_NS) AS Timestamp) FROM read_json('%s', columns = {
        Timestamp: 'VARCHAR', TraceId: 'VARCHAR', SpanId: 'VARCHAR', ParentSpanId: 'VARCHAR', TraceState: 'VARCHAR',
        SpanName: 'VARCHAR', SpanKind: 'VARCHAR', ServiceName: 'VARCHAR', ResourceAttributes: 'MAP(VARCHAR, VARCHAR)',
        SpanAttributes: 'MAP(VARCHAR, VARCHAR)', Duration: 'UBIGINT', StatusCode: 'VARCHAR',
        Links: 'STRUCT(TraceId VARCHAR, SpanId VARCHAR)[]'})) TO '%s' (FORMAT parquet)""" % (path, os.path.join(folder, "otel_traces.parquet")))

    def ask(cut):
        query = run("query", "duckdb-parquet", "--table", os.path.join(folder, "*.parquet"), *cut).decode()
        return b"".join(row[0].encode() + b"\n" for row in engine.execute(query).fetchall())

    return parts(folder, ask, wanted)


def main():
    all_spans = list(spans())
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(json.dumps(otlp(span)) + "\n" for span in all_spans)
        write(folder, "same.otlp.jsonl", lines.encode())
        wanted = fold(folder, "same.otlp.jsonl")
        print("%d spans in %d traces" % (len(all_spans), len({span["trace"] for span in all_spans})))
        tests = [(store, lambda store=store: clickhouse(folder, store, all_spans, wanted)) for store in STORES]
        for store, test in tests + [("duckdb-parquet", lambda: parquet(folder, all_spans, wanted))]:
            for name, equal, count in test():
                failed += not equal
                print("%-22s %-8s %s (%d)" % (store, name, "equal bytes" if equal else "OTHER BYTES", count))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
