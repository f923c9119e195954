#!/usr/bin/env python3
"""Writes SYSTEM/expected.json: what is true by construction (truth.toml, whose quoted texts are
found in the code) and what was observed, counted from traces/ and history.log without the tool.

    expected.py SYSTEM [--check]     --check writes nothing and fails when the file is out of date"""
import gzip, json, sys, tomllib
from collections import Counter, defaultdict
from pathlib import Path

system = Path(sys.argv[1]).resolve()
truth = tomllib.loads((system / "truth.toml").read_text())
MESSAGING = (4, 5)  # span kinds: producer, consumer


def spans():
    for path in sorted((system / "traces").iterdir()):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.splitlines():
            for resource in json.loads(line)["resourceSpans"]:
                service = values(resource["resource"])["service.name"]
                for span in (s for scope in resource["scopeSpans"] for s in scope["spans"]):
                    yield {**span, "service": service, "values": values(span)}


def values(record):
    return {a["key"]: next(iter(a["value"].values())) for a in record.get("attributes", [])}


def observe():
    every = {s["spanId"]: s for s in spans()}
    parent = lambda s: every.get(s.get("parentSpanId"))
    edges, repeats, tables, functions = defaultdict(Counter), Counter(), Counter(), Counter()
    for span in every.values():
        above = parent(span)
        if above and above["service"] != span["service"]:
            edge = edges[above["service"], span["service"], "sync"]
            edge["calls"] += 1
            edge["not_found"] += span["values"].get("http.response.status_code") == "404"
            edge["errors"] += above.get("status", {}).get("code") == 2
            visit = above.get("parentSpanId")
            repeats[visit, above["service"], span["service"], span["name"]] += 1
        for link in span.get("links", []):
            edges[every[link["spanId"]]["service"], span["service"], "async"]["calls"] += 1
        if "db.system.name" in span["values"]:
            v = span["values"]
            tables[v["db.namespace"], v["db.collection.name"], v["db.operation.name"], span["service"]] += 1
        if "code.function.name" in span["values"]:
            v = span["values"]
            functions[v["code.file.path"], v["code.function.name"]] += 1
    most = Counter()
    for (_, *call), times in repeats.items():
        most[tuple(call)] = max(most[tuple(call)], times)
    return {
        "spans": len(every),
        "traces": len({s["traceId"] for s in every.values()}),
        "requests": sum(parent(s) is None and s["kind"] not in MESSAGING for s in every.values()),
        "edges": [dict(zip(("from", "to", "mode"), e), **{k: c[k] for k in ("calls", "not_found", "errors")}) for e, c in sorted(edges.items())],
        "most_repeats_in_one_visit": [dict(zip(("from", "to", "operation"), c), times=n) for c, n in sorted(most.items()) if n > 1],
        "statements": [dict(zip(("database", "table", "operation", "service"), t), count=n) for t, n in sorted(tables.items())],
        "functions": [{"file": f, "function": n, "calls": c} for (f, n), c in sorted(functions.items())],
        "self_time_share": load(every),
        "groups": [group(set(g), every, parent) for g in truth.get("groups", [])],
    }


def group(members, every, parent):
    """The raw signals of a group of services: who crosses it, who comes back into it."""
    crossing, reentrant, calls = set(), set(), 0
    for span in every.values():
        above = parent(span)
        if not above or above["service"] == span["service"]:
            continue
        if {above["service"], span["service"]} <= members:
            calls += 1
            crossing.add(span["traceId"])
        path = {above["service"]}
        while above := parent(above):
            left = above["service"] not in path
            path.add(above["service"])
            if span["service"] == above["service"] and left and span["service"] in members:
                reentrant.add(span["traceId"])
    return {"services": sorted(members), "calls_inside": calls, "requests_crossing": len(crossing),
            "requests_reentrant": len(reentrant), "history": lockstep(members)}


def commits():
    for block in (system / "history.log").read_text().split("commit ")[1:]:
        lines = block.splitlines()
        paths = [line.split("\t", 1)[1] for line in lines if line.startswith(":")]
        yield lines[1], [p for p in paths if not p.endswith(("Cargo.toml", "Cargo.lock"))]


def lockstep(members):
    places = {u["name"]: u["path"] + "/" for u in truth["units"]}
    touched = [{m for m in members if any(p.startswith(places[m]) for p in paths)}
               for author, paths in commits() if "[bot]" not in author and len(paths) <= 50]
    return {"touching_any": sum(map(bool, touched)), "touching_several": sum(len(t) > 1 for t in touched)}


def touching():
    """Commits by people, of at most 50 files, that touch each unit."""
    return {u["name"]: sum(any(p.startswith(u["path"] + "/") for p in paths) for author, paths in commits()
                           if "[bot]" not in author and len(paths) <= 50) for u in truth["units"]}


def load(every):
    """Self time of each unit's own functions as a share of all of it: a span's time without its children's."""
    inside, own = defaultdict(int), Counter()
    for span in every.values():
        inside[span.get("parentSpanId")] += int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
    for span_id, span in every.items():
        path = span["values"].get("code.file.path", "")
        for unit in (u["name"] for u in truth["units"] if path.startswith(u["path"] + "/")):
            duration = int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
            own[unit] += max(0, duration - inside[span_id])
    return {unit: round(time / sum(own.values()), 3) for unit, time in sorted(own.items())}


def placed(record):
    """Adds the line at which the quoted text stands in the file."""
    lines = (system / record["file"]).read_text().splitlines()
    found = [n for n, line in enumerate(lines, 1) if record["text"] in line]
    assert len(found) == 1, f"{record['text']!r} stands {len(found)} times in {record['file']}"
    return {**record, "line": found[0]}


def main():
    expected = {
        "units": truth["units"],
        "edges": [placed(e) for e in truth.get("edges", [])],
        "cycles": truth.get("cycles", []),
        "faults": [placed(f) for f in truth.get("faults", [])],
        "extractable": truth.get("extractable", []),
        "observed": observe(),
        "history": {"commits": sum(1 for _ in commits()), "commits_touching": touching()},
    }
    text = json.dumps(expected, indent=1) + "\n"
    path = system / "expected.json"
    if "--check" in sys.argv:
        sys.exit(0 if path.read_text() == text else f"{path} is out of date")
    path.write_text(text)
    for fault in expected["faults"]:
        print(f"| {fault['fault']} | {fault['why']} | `{fault['file']}:{fault['line']}` |")


main()
