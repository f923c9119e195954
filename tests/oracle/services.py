#!/usr/bin/env python3
"""Compares the service edges of an analysis with those of a cases file.

usage: services.py CASES.json CORPORA [--program PROGRAM ...] [--verbose]

CASES.json: {"cases": [{"id", "subdir"?, "services" {name: language}, "roles"?, "aliases"?,
"edges" [{"from", "to", "kind", "evidence", "outside_repo"?, "optional"?, "unresolved"?}],
"infra_edges"?}]}. CORPORA holds a checkout per case, named by its id (or the repository's name).
Edges marked outside_repo, optional or unresolved count neither way, nor do edges to or from
infrastructure. An edge of grade "configured" is no claim: it is never wrong and makes no cycle. Names are compared by letters and digits, then by alias.
"""
import argparse
import json
import os
import re
import subprocess
import sys

NEUTRAL = ("outside_repo", "optional", "unresolved")
KINDS = {"database": "datastore", "kafka": "messaging", "amqp": "messaging", "thrift": "rpc"}


def key(name):
    return re.sub("[^a-z0-9]", "", name.lower())


def components(edges):
    """Strongly connected components of more than one node (small graphs only)."""
    follow = {}
    for a, b in edges:
        follow.setdefault(a, set()).add(b)
    reach = {}
    for start in follow:
        seen, todo = set(), [start]
        while todo:
            for b in follow.get(todo.pop(), ()):
                if b not in seen:
                    seen.add(b)
                    todo.append(b)
        reach[start] = seen
    found = {frozenset(b for b in reach if b in reach[a] and a in reach.get(b, ())) for a in reach if a in reach[a]}
    return sorted(sorted(c) for c in found if len(c) > 1)


def analyse(program, path):
    run = subprocess.run([*program, path], capture_output=True, text=True, check=False)
    start = run.stdout.find("{")
    return json.loads(run.stdout[start:])


def measure(case, analysis, verbose):
    names = {}
    for name in list(case["services"]) + list(case.get("roles", {})) + list(case.get("datastores", [])):
        names[key(name)] = name
    for edge in case["edges"]:
        names.setdefault(key(edge["from"]), edge["from"])
        names.setdefault(key(edge["to"]), edge["to"])
    for name, aliases in case.get("aliases", {}).items():
        for alias in aliases:
            names.setdefault(key(alias), name)
    nodes = {n["id"]: n for n in analysis["nodes"] if n["level"] == "service"}

    def canonical(node):
        for name in [node["name"], *node.get("aliases", [])]:
            if key(name) in names:
                return names[key(name)]
        return node["name"]

    business = {n for n in case["services"]}
    real = {(e["from"], e["to"]): e for e in case["edges"]}
    neutral = {p for p, e in real.items() if any(e.get(n) for n in NEUTRAL)}
    neutral |= {(e["from"], e["to"]) for e in case.get("infra_edges", []) + case.get("external_edges", [])}
    infra = {n for n, r in case.get("roles", {}).items() if r in ("config", "registry", "ops", "broker", "external", "user")}
    found, sync, called = {}, set(), set()
    for edge in analysis["edges"]:
        if edge["from"] not in nodes or edge["kind"] in ("co-change", "shared-library"):
            continue
        a = nodes[edge["from"]]
        b = nodes.get(edge["to"], {"name": edge["to"].split(":", 1)[1], "role": "datastore"})
        pair = canonical(a), canonical(b)
        if b["role"] in ("infrastructure", "broker") or a["role"] == "infrastructure" or infra & set(pair):
            continue
        found.setdefault(pair, []).append(edge)
        if edge.get("grade") == "configured":
            continue
        called.add(pair)
        if edge["kind"] in ("http", "grpc", "rpc", "call") and a["role"] == b["role"] == "business":
            sync.add(pair)
    expected = {p: e for p, e in real.items() if p not in neutral}
    wrong = sorted(p for p in called if p not in expected and p not in neutral)
    missing = sorted(p for p in expected if p not in found)
    hits = [p for p in expected if p in found]
    kinds = [p for p in hits if KINDS.get(expected[p]["kind"], expected[p]["kind"]) not in {e["kind"] for e in found[p]}]
    between = lambda pairs: [p for p in pairs if p[0] in business and p[1] in business]
    cycles = [c for c in components(sync) if c not in [sorted(s) for s in case.get("sync_sccs", [])]]
    result = {
        "hits": len(hits), "expected": len(expected), "found": len(hits) + len(wrong),
        "b2b_hits": len(between(hits)), "b2b_expected": len(between(expected)),
        "b2b_found": len(between(hits)) + len([p for p in wrong if p[1] not in case.get("datastores", [])]),
        "wrong_kind": len(kinds), "false_cycles": len(cycles),
    }
    if verbose:
        for label, pairs in (("missing", missing), ("wrong", wrong), ("kind", kinds)):
            for pair in pairs:
                places = [f"{e['evidence'] if 'evidence' in e else e['provenance']} {l['path']}:{l['line']}" for e in found.get(pair, []) for l in e["locations"][:2]]
                print(f"    {label} {pair[0]} -> {pair[1]} {' '.join(places[:3])}")
        for cycle in cycles:
            print(f"    false cycle {cycle}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases")
    parser.add_argument("corpora")
    parser.add_argument("--program", nargs="+", default=["seamline", "analyze", "--format", "json", "--no-git", "-q"])
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    total = {}
    for case in json.load(open(options.cases, encoding="utf-8"))["cases"]:
        folders = [case["id"], case.get("repo", "").split("/")[-1]]
        folder = next((f for f in folders if os.path.isdir(os.path.join(options.corpora, f))), None)
        if folder is None:
            print(f"{case['id']}: no checkout", file=sys.stderr)
            continue
        path = os.path.join(options.corpora, folder, case.get("subdir", ""))
        result = measure(case, analyse(options.program, path), options.verbose)
        for name, value in result.items():
            total[name] = total.get(name, 0) + value
        show(case["id"], result)
    show("all", total)
    return 0 if total and not total["false_cycles"] else 1


def show(name, r):
    share = lambda a, b: f"{a}/{b} {a / b:.3f}" if b else "0/0"
    print(f"{name}: recall {share(r['hits'], r['expected'])} precision {share(r['hits'], r['found'])}"
          f" | business-to-business recall {share(r['b2b_hits'], r['b2b_expected'])} precision {share(r['b2b_hits'], r['b2b_found'])}"
          f" | other kind {r['wrong_kind']} false cycles {r['false_cycles']}")


if __name__ == "__main__":
    sys.exit(main())
