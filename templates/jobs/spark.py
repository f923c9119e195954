#!/usr/bin/env python3
"""Folds recorded spans on Spark into one profile of Seamline.

Printed by `seamline traces job spark`, and yours to change. Needs pyspark 4 with pandas, and pyarrow.

    spark-submit job.py --seamline ./seamline --shards 64 --output day.profile \\
        --source parquet --path s3a://bucket/otel_traces/2026-01-31

Rows are dealt out to shards by the last eight hexadecimal digits of their trace id; a span also goes to the shards
of the traces that it links to. Each shard is folded by one `seamline traces fold --shard`, and the driver folds
their profiles into one, the same bytes as one machine would write. A fold that fails, or that meets a damaged row,
fails its task with its message; a shard that is missing fails the job.
"""
import argparse
import os
import subprocess
import tempfile

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BinaryType, StringType, TimestampNTZType, TimestampType

# Columns that say something of a span, by their names without case and underscores.
TRACE, START = {"traceid"}, {"timestamp", "starttime", "starttimeunixnano"}
KNOWN = TRACE | START | {
    "spanid", "id", "parentspanid", "parentid", "tracestate", "spanname", "name", "operationname", "spankind", "kind",
    "kindstring", "servicename", "endtimeunixnano", "endtime", "duration", "durationnano", "durationns", "statuscode",
    "statuscodestring", "haserror", "spanattributes", "attributes", "attributesstring", "attributesnumber",
    "attributesbool", "resourceattributes", "resourcesstring", "resource", "links", "links.traceid", "links.spanid"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default="parquet", help="parquet, delta, iceberg, jdbc, tempo, or another format that Spark reads")
    parser.add_argument("--path", action="append", default=[], help="where the files lie; repeat it for several")
    parser.add_argument("--table", help="the table instead, by its name in the catalog")
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the source, as url=…, dbtable=… and driver=… of jdbc")
    parser.add_argument("--from", dest="start", metavar="TIME", help="only traces that start at this time or later (UTC)")
    parser.add_argument("--to", dest="end", metavar="TIME", help="only traces that start before this time")
    parser.add_argument("--dedicated", action="append", default=[], metavar="span.String01=NAME",
                        help="tempo: which attribute a dedicated column holds (`dedicatedColumns` in meta.json)")
    parser.add_argument("--shards", type=int, default=16, help="how many folds; each holds its own traces only")
    parser.add_argument("--seamline", default="seamline", help="the program; a file of this machine is sent to all others")
    parser.add_argument("--fold-option", action="append", default=[], metavar="OPTION", help="for every fold, as --fold-option=--environment=prod")
    parser.add_argument("--output", required=True, help="the profile, a file of the driver")
    return parser.parse_args()


# ---- rows ----------------------------------------------------------------
def load(spark, wanted):
    """The rows of the source, with the columns of otel_traces or their kin."""
    reader = spark.read
    for option in wanted.option:
        name, _, value = option.partition("=")
        reader = reader.option(name, value)
    if wanted.table:
        return reader.table(wanted.table)
    kind = "parquet" if wanted.source == "tempo" else wanted.source
    found = reader.format(kind)
    found = found.load(wanted.path) if wanted.path else found.load()
    return tempo(found, wanted.dedicated) if wanted.source == "tempo" else found


def tempo(blocks, dedicated):
    """Spans of Tempo's blocks (vParquet4, vParquet5): one row for each, attributes as lists of pairs."""
    def text(name):
        return "coalesce(get(%s.Value, 0), string(get(%s.ValueInt, 0)), string(get(%s.ValueDouble, 0)), string(get(%s.ValueBool, 0)))" % ((name,) * 4)

    def pairs(owner, scope, fixed):
        columns = dict(fixed)
        for item in dedicated:
            column, _, attribute = item.partition("=")
            level, _, column = column.partition(".")
            if level == scope:
                columns["DedicatedAttributes." + column] = attribute
        extra = ", ".join("struct('%s' AS key, string(%s.%s) AS value)" % (attribute.replace("'", "\\'"), owner, column)
                          for column, attribute in columns.items())
        return "concat(transform(%s.Attrs, a -> struct(a.Key AS key, %s AS value)), array(%s))" % (owner, text("a"), extra)

    resource = {"Cluster": "cluster", "Namespace": "namespace", "Pod": "pod", "Container": "container",
                "K8sClusterName": "k8s.cluster.name", "K8sNamespaceName": "k8s.namespace.name",
                "K8sPodName": "k8s.pod.name", "K8sContainerName": "k8s.container.name"}
    own = {"HttpMethod": "http.method", "HttpUrl": "http.url", "HttpStatusCode": "http.status_code"}
    spans = blocks.selectExpr("lower(hex(TraceID)) AS TraceId", "explode(rs) AS r")
    spans = spans.selectExpr("TraceId", "r.Resource AS r", "explode(r.ss) AS s")
    spans = spans.selectExpr("TraceId", "r", "explode(s.Spans) AS s")
    return spans.selectExpr(
        "TraceId", "lower(hex(s.SpanID)) AS SpanId", "lower(hex(s.ParentSpanID)) AS ParentSpanId",
        "s.TraceState AS TraceState", "s.Name AS SpanName", "s.Kind AS SpanKind", "r.ServiceName AS ServiceName",
        pairs("r", "resource", resource) + " AS ResourceAttributes", pairs("s", "span", own) + " AS SpanAttributes",
        "s.StartTimeUnixNano AS StartTimeUnixNano", "s.DurationNano AS Duration", "s.StatusCode AS StatusCode",
        "transform(s.Links, l -> struct(lower(hex(l.TraceID)) AS TraceId, lower(hex(l.SpanID)) AS SpanId)) AS Links")


def plain(name):
    return name.lower().replace("_", "")


def readable(rows):
    """The columns that count, in types that JSON has."""
    columns = []
    for field in rows.schema.fields:
        name, column = plain(field.name), F.col("`%s`" % field.name)
        if isinstance(field.dataType, BinaryType):
            column = F.lower(F.hex(column))
        if isinstance(field.dataType, TimestampNTZType):
            column = column.cast("timestamp")
        if isinstance(field.dataType, (TimestampType, TimestampNTZType)):
            column = F.unix_micros(column) * 1000
        if name in KNOWN:
            columns.append(column.alias(field.name))
    return rows.select(columns)


def named(rows, names):
    """The first column that has one of the names."""
    found = [name for name in rows.columns if plain(name) in names]
    if not found:
        raise SystemExit("no column of %s; there are %s" % (" or ".join(sorted(names)), ", ".join(rows.columns)))
    return F.col("`%s`" % found[0])


def chosen(rows, start, end):
    """The rows of the traces that start within the window."""
    if not (start or end):
        return rows
    number = named(rows, START)
    moment = F.coalesce(number.try_cast("bigint"), F.unix_micros(number.cast("string").try_cast("timestamp")) * 1000)
    begins = rows.groupBy(named(rows, TRACE).alias("begun")).agg(F.min(moment).alias("begins"))
    for limit, inside in ((start, lambda at: F.col("begins") >= at), (end, lambda at: F.col("begins") < at)):
        if limit:
            begins = begins.where(inside(F.unix_micros(F.lit(limit).cast("timestamp")) * 1000))
    return rows.join(begins, named(rows, TRACE) == begins["begun"], "left_semi")


def linked(rows):
    """The trace ids that a span links to."""
    kinds = {plain(field.name): field for field in rows.schema.fields}
    if "links.traceid" in kinds:
        return F.col("`%s`" % kinds["links.traceid"].name)
    if "links" not in kinds:
        return F.array().cast("array<string>")
    column = F.col("`%s`" % kinds["links"].name)
    if not isinstance(kinds["links"].dataType, StringType):
        column = F.to_json(column)
    ids = F.regexp_extract_all(column, F.lit(r'(?i)"trace_?id"\s*:\s*"([0-9a-f]+)"'), F.lit(1))
    return F.coalesce(ids, F.array().cast("array<string>"))


def dealt(spark, rows, shards):
    """(shard, row as JSON), a row for each shard that the span goes to, and an empty one for each shard."""
    def shard(trace):
        return F.coalesce(F.conv(F.right(trace, F.lit(8)), 16, 10).cast("bigint") % shards, F.lit(0)).cast("int")

    homes = F.array_distinct(F.transform(F.concat(F.array(named(rows, TRACE)), linked(rows)), shard))
    known = rows.select(F.explode(homes).alias("shard"), F.to_json(F.struct("*")).alias("row"))
    none = spark.range(shards).select(F.col("id").cast("int").alias("shard"), F.lit(None).cast("string").alias("row"))
    return known.union(none)


# ---- folds ---------------------------------------------------------------
class Fold:
    """A running `traces fold` that reads what is written to it."""

    def __init__(self, program, options, name):
        self.name, self.out, self.err = name, tempfile.TemporaryFile(), tempfile.TemporaryFile()
        command = [program, "traces", "fold", "-", "--strict", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self.out, stderr=self.err)

    def write(self, data):
        try:
            self.process.stdin.write(data)
        except BrokenPipeError:
            self.result()

    def result(self):
        """What it wrote; its message as an error if it failed."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        code = self.process.wait()
        self.err.seek(0)
        if code != 0:
            raise RuntimeError("%s: `seamline traces fold` ended with %d: %s" % (self.name, code, self.err.read().decode(errors="replace").strip()))
        self.out.seek(0)
        return self.out.read()


def folding(program, shipped, options, shards):
    """Folds the rows of a partition, which are sorted by shard, one fold after the other."""
    def fold(batches):
        import pyarrow
        path = SparkFiles.get(program) if shipped else program
        running, at = None, None

        def done():
            profile = pyarrow.array([running.result()], pyarrow.binary())
            return pyarrow.RecordBatch.from_arrays([pyarrow.array([at], pyarrow.int32()), profile], ["shard", "profile"])

        for batch in batches:
            for shard, row in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist()):
                if shard != at:
                    if running:
                        yield done()
                    name = "%d/%d" % (shard, shards)
                    running, at = Fold(path, ["--threads", "1", "--shard", name, "-o", "-", *options], "shard " + name), shard
                if row is not None:
                    running.write(row.encode() + b"\n")
        if running:
            yield done()

    return fold


def main():
    wanted = arguments()
    spark = SparkSession.builder.appName("seamline").getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    # Nanoseconds as numbers, which Spark's own moments would cut to microseconds.
    spark.conf.set("spark.sql.legacy.parquet.nanosAsLong", "true")
    shipped = os.path.isfile(wanted.seamline)
    if shipped:
        spark.sparkContext.addFile(os.path.abspath(wanted.seamline))
    program = os.path.basename(wanted.seamline) if shipped else wanted.seamline
    rows = chosen(readable(load(spark, wanted)), wanted.start, wanted.end)
    # Sorted within a partition, so that each shard is one fold wherever Spark has put it.
    parts = dealt(spark, rows, wanted.shards).repartition(wanted.shards, "shard").sortWithinPartitions("shard")
    fold = folding(program, shipped, wanted.fold_option, wanted.shards)
    profiles = parts.mapInArrow(fold, "shard int, profile binary").collect()
    whole = Fold(wanted.seamline, ["--allow-empty", "-o", wanted.output], "all shards")
    for _, profile in sorted(profiles, key=lambda row: row["shard"]):
        whole.write(bytes(profile))
    whole.result()
    print("%d shards folded into %s" % (len(profiles), wanted.output))
    spark.stop()


if __name__ == "__main__":
    main()
