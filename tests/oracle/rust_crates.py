#!/usr/bin/env python3
"""Compares the packages whose names Seamline finds in code with the dependencies that cargo metadata declares.

usage: rust_crates.py SEAMLINE_FILES_JSON METADATA_JSON

The first is `seamline graph CHECKOUT --level file --format json`, the second `cargo metadata --no-deps
--format-version 1` in the checkout. Only edges between members of the workspace count, and only the import layer: the
symbols behind a facade may be of a crate that is not declared. For the same reason an import with a `via` is left out:
`grep::cli::x` needs the crate `grep`, which hands on the crate behind `cli`. An edge of the graph is a use in code, so a
dependency that is declared and never used is listed apart, not judged (`cargo test --test it crates` compares what is
declared with what is declared).
"""
import json
import os
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        graph = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        metadata = json.load(file)
    packages, root = metadata["packages"], metadata["workspace_root"]
    members = {package["name"] for package in packages}
    declared = {
        (package["name"], dependency["name"])
        for package in packages
        for dependency in package["dependencies"]
        if dependency["name"] in members
    }
    folders = {os.path.dirname(package["manifest_path"]): package["name"] for package in packages}

    def owner(node):
        """The member whose manifest is nearest above a file; none for a package that is no member."""
        folder = os.path.dirname(os.path.join(root, node.removeprefix("file:")))
        while folder != root and not os.path.exists(os.path.join(folder, "Cargo.toml")):
            folder = os.path.dirname(folder)
        return folders.get(folder)

    used = {(owner(edge["from"]), owner(edge["to"])) for edge in graph["edges"]
            if edge["kind"] in ("import", "reexport") and not edge.get("via")}
    used = {pair for pair in used if set(pair) <= members and pair[0] != pair[1]}
    ratio = lambda part, whole: f"{len(part) / len(whole):.4f}" if whole else "-"
    print(f"crates {len(members)}: precision {ratio(used & declared, used)} both {len(used & declared)} "
          f"only ours {len(used - declared)} declared, not used in code {len(declared - used)}")
    for title, pairs in (("only ours", used - declared), ("declared, not used in code", declared - used)):
        for source, target in sorted(pairs):
            print(f"  {title}: {source} -> {target}")


main()
