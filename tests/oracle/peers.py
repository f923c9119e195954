#!/usr/bin/env python3
"""Turns what dependency-cruiser or madge found into edges for compare.py.

usage: peers.py depcruise|madge OUTPUT.json [ROOT]

depcruise: `depcruise --no-config --ts-pre-compilation-deps --ts-config tsconfig.json --exclude node_modules
--output-type json FOLDERS`, run in the root. madge: `madge --json --ts-config tsconfig.json --extensions
js,jsx,mjs,cjs,ts,tsx,mts,cts FOLDERS`, run there, too; its paths start at the folder that all files share (ROOT).
Both see the import layer alone: the file of a written path. A folder with a dot before its name is left out.
"""
import json
import posixpath
import sys

CODE = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")


def depcruise(data, _root):
    for module in data["modules"]:
        targets = [one["resolved"] for one in module["dependencies"] if not one.get("couldNotResolve")]
        yield module["source"], targets


def madge(data, root):
    for source, targets in data.items():
        yield posixpath.normpath(posixpath.join(root, source)), [posixpath.normpath(posixpath.join(root, one)) for one in targets]


def judged(path):
    parts = path.split("/")
    return path.endswith(CODE) and "node_modules" not in parts and not any(part.startswith(".") for part in parts)


def main():
    tool, path = sys.argv[1:3]
    root = sys.argv[3] if len(sys.argv) > 3 else "."
    with open(path, encoding="utf-8") as file:
        found = dict({"depcruise": depcruise, "madge": madge}[tool](json.load(file), root))
    for source in sorted(filter(judged, found)):
        print(f"document\t{source}")
    for source in sorted(filter(judged, found)):
        for target in sorted(set(filter(judged, found[source]))):
            print(f"import\t{source}\t{target}")


if __name__ == "__main__":
    main()
