#!/usr/bin/env python3
"""Compares the package edges of Seamline's file graph with those of go list.

usage: go_packages.py SEAMLINE_JSON GO_LIST_JSON CHECKOUT

A package is a folder here; the tests of a package count with it, and edges inside one folder not at all.
Edges labelled inferred (a field behind an alias of another package) need no import, so they are left out.
"""
import json
import os
import sys


def decoded(path):
    decoder, text, at = json.JSONDecoder(), open(path, encoding="utf-8").read(), 0
    while at < len(text.rstrip()):
        while text[at].isspace():
            at += 1
        value, at = decoder.raw_decode(text, at)
        yield value


def main():
    ours_path, list_path, checkout = sys.argv[1:4]
    checkout = os.path.realpath(checkout)
    packages = list(decoded(list_path))
    folder = {one["ImportPath"]: os.path.relpath(os.path.realpath(one["Dir"]), checkout) for one in packages if one.get("Dir")}
    inside = set(folder.values())
    theirs = set()
    for one in packages:
        for kind in ("Imports", "TestImports", "XTestImports"):
            for path in one.get(kind) or []:
                # A variant (`a/b [c]`) stands in the folder of what it varies.
                mapped = (one.get("ImportMap") or {}).get(path, path).split(" [")[0]
                target = folder.get(mapped)
                if target and one["ImportPath"] in folder:
                    theirs.add((folder[one["ImportPath"]], target))
    with open(ours_path, encoding="utf-8") as file:
        data = json.load(file)
    ours = set()
    for edge in data["edges"]:
        source, target = edge["from"], edge["to"]
        by_type = "inferred" in edge.get("labels", [])
        if edge["kind"] in ("import", "reference", "inherit") and source.endswith(".go") and not by_type:
            pair = tuple(os.path.dirname(path.removeprefix("file:")) or "." for path in (source, target))
            if pair[0] in inside and pair[1] in inside:
                ours.add(pair)
    ours = {pair for pair in ours if pair[0] != pair[1]}
    theirs = {pair for pair in theirs if pair[0] != pair[1]}
    both = ours & theirs
    ratio = lambda part, whole: f"{len(part) / len(whole):.4f}" if whole else "-"
    print(f"packages: precision {ratio(both, ours)} recall {ratio(both, theirs)} both {len(both)} "
          f"only ours {len(ours - theirs)} only theirs {len(theirs - ours)}")
    for title, pairs in (("only ours", ours - theirs), ("only theirs", theirs - ours)):
        for source, target in sorted(pairs):
            print(f"  {title}: {source} -> {target}")


main()
