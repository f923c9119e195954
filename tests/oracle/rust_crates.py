#!/usr/bin/env python3
"""Compares the package edges of Seamline's graph with the dependencies that cargo metadata declares.

usage: rust_crates.py SEAMLINE_PACKAGES_JSON METADATA_JSON

The first is `seamline graph CHECKOUT --level package --format json`, the second `cargo metadata --no-deps
--format-version 1` in the checkout. Only edges between members of the workspace count, and only the import layer: the
symbols behind a facade may be of a crate that is not declared. An edge of the graph is a use in code, so a dependency that is declared and never used is listed apart, not judged; a path that goes through a
crate which re-exports a whole crate (`grep::cli::x`) names the crate behind it, and shows as only ours
(`cargo test --test it crates` compares what is declared with what is declared).
"""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        graph = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        packages = json.load(file)["packages"]
    members = {package["name"] for package in packages}
    declared = {
        (package["name"], dependency["name"])
        for package in packages
        for dependency in package["dependencies"]
        if dependency["name"] in members
    }
    name = lambda node: node.removeprefix("package:").split("#")[0]
    used = {(name(edge["from"]), name(edge["to"])) for edge in graph["edges"]
            if edge["kind"] in ("import", "reexport")}
    used = {pair for pair in used if set(pair) <= members and pair[0] != pair[1]}
    ratio = lambda part, whole: f"{len(part) / len(whole):.4f}" if whole else "-"
    print(f"crates {len(members)}: precision {ratio(used & declared, used)} both {len(used & declared)} "
          f"only ours {len(used - declared)} declared, not used in code {len(declared - used)}")
    for title, pairs in (("only ours", used - declared), ("declared, not used in code", declared - used)):
        for source, target in sorted(pairs):
            print(f"  {title}: {source} -> {target}")


main()
