#!/usr/bin/env python3
"""Runs the job of `seamline traces job spark` on Spark in local mode.

usage: spark.py BIN [--large | --tables [JDBC_URL JAR]]

Needs `pyspark` 4, `pandas`, `pyarrow` and Java 17. Exit code 1 if any source, cut into 2, 16 or 400 shards, gives other bytes
than the same spans folded on one machine. `--large` folds 573,000 spans with 40,000 links between traces. `--tables` reads a
Delta table (`deltalake`), an Iceberg table (`pyiceberg`), and a table of the PostgreSQL at JDBC_URL by the driver JAR.
"""
import csv, json, os, subprocess, sys, tempfile

import pyarrow
import pyarrow.parquet

LARGE, TABLES = "--large" in sys.argv, "--tables" in sys.argv
JDBC = sys.argv[sys.argv.index("--tables") + 1:] if TABLES else []
sys.argv = [sys.argv[0], sys.argv[1]] + ["400"] * (not LARGE)
from queries import BIN, FIRST, otel, otlp, plain, run, spans  # noqa: E402

TEXTS = pyarrow.map_(pyarrow.string(), pyarrow.string())
LINK = pyarrow.struct([("TraceId", pyarrow.string()), ("SpanId", pyarrow.string())])
FLAT = pyarrow.schema([
    ("Timestamp", pyarrow.timestamp("ns")), ("TraceId", pyarrow.string()), ("SpanId", pyarrow.string()),
    ("ParentSpanId", pyarrow.string()), ("TraceState", pyarrow.string()), ("SpanName", pyarrow.string()),
    ("SpanKind", pyarrow.string()), ("ServiceName", pyarrow.string()), ("ResourceAttributes", TEXTS),
    ("SpanAttributes", TEXTS), ("Duration", pyarrow.int64()), ("StatusCode", pyarrow.string()),
    ("Links", pyarrow.list_(LINK))])


def flat(span):
    row = otel(span, lambda found: {key: plain(text) for key, text in found.items()})
    links = [{"TraceId": trace, "SpanId": id} for trace, id in span["links"]]
    row = {name: row[name] for name in FLAT.names if name in row}
    for name in ("ResourceAttributes", "SpanAttributes"):
        row[name] = list(row[name].items())
    return {**row, "Timestamp": span["start"], "Links": links}


# ---- Tempo's blocks, by the schema of its own source --------------------------
def listed(kind):
    return pyarrow.list_(pyarrow.field("element", kind))


ATTRIBUTE = pyarrow.struct([
    ("Key", pyarrow.string()), ("IsArray", pyarrow.bool_()), ("Value", listed(pyarrow.string())),
    ("ValueInt", listed(pyarrow.int64())), ("ValueDouble", listed(pyarrow.float64())),
    ("ValueBool", listed(pyarrow.bool_())), ("ValueUnsupported", pyarrow.string())])
FIXED = [(name, pyarrow.string()) for name in
         ("Cluster", "Namespace", "Pod", "Container", "K8sClusterName", "K8sNamespaceName", "K8sPodName", "K8sContainerName")]


def blocks(dedicated):
    """The schema of vParquet4 (10 dedicated columns) or vParquet5 (20)."""
    spare = pyarrow.struct([("String%02d" % number, pyarrow.string()) for number in range(1, dedicated + 1)])
    link = pyarrow.struct([("TraceID", pyarrow.binary()), ("SpanID", pyarrow.binary()), ("TraceState", pyarrow.string()), ("Attrs", listed(ATTRIBUTE))])
    span = pyarrow.struct([
        ("SpanID", pyarrow.binary()), ("ParentSpanID", pyarrow.binary()), ("ParentID", pyarrow.int32()),
        ("Name", pyarrow.string()), ("Kind", pyarrow.int64()), ("TraceState", pyarrow.string()),
        ("StartTimeUnixNano", pyarrow.uint64()), ("DurationNano", pyarrow.uint64()), ("StatusCode", pyarrow.int64()),
        ("Attrs", listed(ATTRIBUTE)), ("Links", listed(link)), ("HttpMethod", pyarrow.string()),
        ("HttpUrl", pyarrow.string()), ("HttpStatusCode", pyarrow.int64()), ("DedicatedAttributes", spare)])
    resource = pyarrow.struct([("Attrs", listed(ATTRIBUTE)), ("ServiceName", pyarrow.string()), *FIXED, ("DedicatedAttributes", spare)])
    scope = pyarrow.struct([("Scope", pyarrow.struct([("Name", pyarrow.string())])), ("Spans", listed(span))])
    return pyarrow.schema([("TraceID", pyarrow.binary()), ("TraceIDText", pyarrow.string()),
                           ("rs", listed(pyarrow.struct([("Resource", resource), ("ss", listed(scope))])))])


def attribute(key, value):
    kind = {bool: "ValueBool", int: "ValueInt", float: "ValueDouble", str: "Value"}[type(value)]
    return {"Key": key, "IsArray": False, "Value": [], "ValueInt": [], "ValueDouble": [], "ValueBool": [], kind: [value]}


def block(all_spans):
    """Traces as Tempo keeps them; the host lies in a dedicated column of the resource, the topic in one of the span."""
    traces = {}
    for span in all_spans:
        rest = {key: text for key, text in span["attributes"].items() if key != "messaging.destination.name"}
        own = {"SpanID": bytes.fromhex(span["id"]), "ParentSpanID": bytes.fromhex(span["parent"]), "Name": span["name"],
               "Kind": span["kind"], "TraceState": span["state"], "StartTimeUnixNano": span["start"],
               "DurationNano": span["duration"], "StatusCode": 2 if span["error"] else 0,
               "Attrs": [attribute(key, text) for key, text in rest.items()],
               "Links": [{"TraceID": bytes.fromhex(trace), "SpanID": bytes.fromhex(id), "TraceState": "", "Attrs": []} for trace, id in span["links"]],
               "DedicatedAttributes": {"String02": span["attributes"].get("messaging.destination.name")}}
        resource = {"ServiceName": span["service"], "DedicatedAttributes": {"String01": span["resource"]["host.name"]},
                    "Attrs": [attribute("deployment.environment.name", span["resource"]["deployment.environment.name"])]}
        traces.setdefault(span["trace"], []).append({"Resource": resource, "ss": [{"Scope": {"Name": ""}, "Spans": [own]}]})
    return [{"TraceID": bytes.fromhex(trace), "TraceIDText": trace, "rs": found} for trace, found in traces.items()]


def parquet(path, rows, schema, files):
    os.makedirs(path)
    size = -(-len(rows) // files)
    for number in range(files):
        table = pyarrow.Table.from_pylist(rows[number * size:(number + 1) * size], schema=schema)
        pyarrow.parquet.write_table(table, os.path.join(path, "%d.parquet" % number), compression="gzip")


# ---- tables that other systems keep ---------------------------------------
# Spark finds a source of its own kind in any package called pyspark_…; these two read the real tables by their own libraries.
SOURCE = """
from pyspark.sql.datasource import DataSource, DataSourceReader
class DefaultSource(DataSource):
    name = classmethod(lambda cls: {name!r})
    def schema(self):
        from pyspark.sql.pandas.types import from_arrow_schema
        return from_arrow_schema(table(self.options).schema)
    def reader(self, schema):
        return Reader(self.options)
class Reader(DataSourceReader):
    def __init__(self, options):
        self.options = options
    def read(self, partition):
        yield from table(self.options).to_batches()
def table(options):
    {read}
"""
READ = {
    "delta": "import deltalake; return deltalake.DeltaTable(options['path']).to_pyarrow_table()",
    "iceberg": "from pyiceberg.table import StaticTable; return StaticTable.from_metadata(options['path']).scan().to_arrow()",
}
MICROS = pyarrow.schema([pyarrow.field("Timestamp", pyarrow.timestamp("us", "UTC"))] + [field for field in FLAT][1:])


def delta(folder, table):
    import deltalake
    path = os.path.join(folder, "delta")
    for part in (table.slice(0, len(table) // 2), table.slice(len(table) // 2)):
        deltalake.write_deltalake(path, part, mode="append")
    return ["--source", "delta", "--path", path]


def iceberg(folder, table):
    from pyiceberg.catalog.sql import SqlCatalog
    os.makedirs(os.path.join(folder, "lake"))
    catalog = SqlCatalog("test", uri="sqlite:///%s/lake.db" % folder, warehouse="file://%s/lake" % folder)
    catalog.create_namespace("otel")
    made = catalog.create_table("otel.traces", schema=table.schema)
    for part in (table.slice(0, len(table) // 2), table.slice(len(table) // 2)):
        made.append(part)
    return ["--source", "iceberg", "--path", made.metadata_location]


def postgres(folder, table, url):
    """Attributes and links as JSON, which a relational table keeps them as."""
    kinds = {"Timestamp": "timestamptz", "Duration": "bigint", "ResourceAttributes": "jsonb", "SpanAttributes": "jsonb", "Links": "jsonb"}
    path = os.path.join(folder, "rows.csv")
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        for row in table.to_pylist():
            row |= {name: json.dumps(dict(row[name])) for name in ("ResourceAttributes", "SpanAttributes")}
            rows.writerow({**row, "Timestamp": row["Timestamp"].isoformat(), "Links": json.dumps(row["Links"])}.values())
    columns = ", ".join('"%s" %s' % (name, kinds.get(name, "text")) for name in table.schema.names)
    commands = ["DROP TABLE IF EXISTS otel_traces", "CREATE TABLE otel_traces (%s)" % columns, "\\copy otel_traces from '%s' csv" % path]
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", url.removeprefix("jdbc:")] + [part for command in commands for part in ("-c", command)], check=True)
    return ["--source", "jdbc", "--option", "url=" + url, "--option", "dbtable=otel_traces", "--option", "driver=org.postgresql.Driver"]


def tables(folder, all_spans):
    """The cases of `--tables`: spans at whole microseconds, as these tables keep them."""
    table = pyarrow.Table.from_pylist([{**flat(span), "Timestamp": span["start"] // 1000} for span in all_spans], schema=MICROS)
    for name, read in READ.items():
        os.makedirs(os.path.join(folder, "pyspark_" + name))
        with open(os.path.join(folder, "pyspark_" + name, "__init__.py"), "w") as file:
            file.write(SOURCE.format(name=name, read=read))
    cases = [("delta", delta(folder, table)), ("iceberg", iceberg(folder, table))]
    if JDBC:
        cases.append(("jdbc, PostgreSQL", postgres(folder, table, JDBC[0])))
    return [(name, options + ["--shards", "5"]) for name, options in cases]


# ---- the test ------------------------------------------------------------
def job(folder, *options):
    """The profile that the job writes, or its message."""
    script, target = os.path.join(folder, "job.py"), os.path.join(folder, "spark.profile")
    with open(script, "wb") as file:
        file.write(run("job", "spark"))
    if os.path.exists(target):
        os.remove(target)
    conf = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_SUBMIT_ARGS": "--master local[2] --driver-memory 4g --conf spark.ui.enabled=false %s pyspark-shell" % " ".join("--jars " + jar for jar in JDBC[1:]),
            "PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, script, "--seamline", BIN, "--output", target, *options],
                          env={**os.environ, **conf}, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        return done.stderr.decode()
    with open(target, "rb") as file:
        return file.read()


def large():
    """573,000 spans: 40,000 messages, each taken in a trace of its own by a span that links to it."""
    number = 0
    for message in range(40_000):
        sent, taken = "%032x" % (message * 2 + 1), "%032x" % (message * 2 + 2)
        for trace, count in ((sent, 8), (taken, 6 + (message < 13_000))):
            for at in range(count):
                number += 1
                first, last = at == 0, at == count - 1
                service, kind, name = "s%d" % (at % 4), 2 if at % 2 == 0 else 3, "op%d" % (at % 5)
                attributes, links = {}, []
                if (trace == sent and last) or (trace == taken and first):
                    attributes = {"messaging.system": "kafka", "messaging.destination.name": "placed"}
                    kind, name = (4, "send") if trace == sent else (5, "process")
                    links = [] if trace == sent else [(sent, "%016x" % 8)]
                yield dict(trace=trace, id="%016x" % (at + 1), parent="" if first else "%016x" % at, service=service,
                           kind=kind, name=name, start=FIRST + number * 1000, duration=900_000 - at * 1000, error=False,
                           attributes=attributes, links=links, state="", resource={"service.name": service, "host.name": "h"})


def main():
    all_spans = list(large() if LARGE else spans())
    if TABLES:
        all_spans = [{**span, "start": span["start"] // 1000 * 1000} for span in all_spans]
    linked = sum(len(span["links"]) for span in all_spans)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        lines = os.path.join(folder, "same.otlp.jsonl")
        with open(lines, "w") as file:
            file.writelines(json.dumps(otlp(span)) + "\n" for span in all_spans)
        run("fold", lines, "-o", os.path.join(folder, "wanted.profile"))
        with open(os.path.join(folder, "wanted.profile"), "rb") as file:
            wanted = file.read()
        print("%d spans, %d links between traces" % (len(all_spans), linked), flush=True)
        path = os.path.join(folder, "otel")
        if TABLES:
            cases = tables(folder, all_spans)
        else:
            parquet(path, [flat(span) for span in all_spans], FLAT, 4)
            cases = [("parquet, %d shards" % shards, ["--path", path, "--shards", str(shards)]) for shards in (2, 16, 400)]
        if not LARGE and not TABLES:
            for name, spare in (("vParquet4", 10), ("vParquet5", 20)):
                parquet(os.path.join(folder, name), block(all_spans), blocks(spare), 3)
                cases.append((name, ["--source", "tempo", "--path", os.path.join(folder, name), "--shards", "5",
                                     "--dedicated", "resource.String01=host.name", "--dedicated", "span.String02=messaging.destination.name"]))
        for name, options in cases:
            found = job(folder, *options)
            failed += found != wanted
            print("%-22s %s" % (name, "equal bytes" if found == wanted else "OTHER BYTES"), flush=True)
            if isinstance(found, str):
                print(found.strip()[-6000:])
        if not LARGE and not TABLES:
            found = job(folder, "--path", path, "--shards", "2", "--fold-option=--max-trace-services=x")
            told = isinstance(found, str) and "shard 0/2" in found and "--max-trace-services" in found
            failed += not told
            print("%-22s %s" % ("a fold that fails", "fails the job with its message" if told else "IS NOT TOLD"))
            window(folder, path, all_spans)
    sys.exit(1 if failed else 0)


def window(folder, path, all_spans):
    """Two windows, and a trace is in that of its start."""
    cut = "2026-01-01T01:00:00Z"
    parts = []
    for name, options in (("a", ["--to", cut]), ("b", ["--from", cut])):
        parts.append(os.path.join(folder, name + ".profile"))
        found = job(folder, "--path", path, "--shards", "3", *options)
        assert isinstance(found, bytes), found[-3000:]
        with open(parts[-1], "wb") as file:
            file.write(found)
    both = os.path.join(folder, "both.profile")
    run("fold", *parts, "-o", both)
    with open(both, "rb") as one, open(os.path.join(folder, "wanted.profile"), "rb") as other:
        equal = one.read() == other.read()
    print("%-22s %s" % ("two windows", "equal bytes" if equal else "OTHER BYTES"))
    if not equal:
        sys.exit(1)


if __name__ == "__main__":
    main()
