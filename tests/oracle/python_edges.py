#!/usr/bin/env python3
"""Prints the edges of a Python tree as grimp, jedi and ruff see them.

usage: python_edges.py ROOT --package NAME[=FOLDER] … [--jedi SUBFOLDER …] [--ruff FILE]

import layer: grimp's direct imports between the modules of the packages (FOLDER is where they start).
symbol layer: jedi's goto on every name. A name behind a dot counts when everything before the dot
is a module; other attributes depend on the inferred type of an object and are flagged `inferred`.
--ruff FILE writes the output of `ruff analyze graph` as import edges into FILE (second opinion).

Needs: pip install grimp==3.19 jedi==0.20.1 ruff
"""
import argparse
import json
import os
import subprocess
import sys


def behind_links(root, path):
    """The file that `path` stands for: a link is no file of its own."""
    real = os.path.relpath(os.path.realpath(os.path.join(root, path)), root)
    return path if real.startswith("..") else real


def module_file(root, folder, module):
    path = os.path.join(folder, *module.split("."))
    for candidate in (os.path.join(path, "__init__.py"), path + ".py"):
        if os.path.isfile(os.path.join(root, candidate)):
            return behind_links(root, candidate)
    return None


def imports(root, packages):
    import grimp

    names, folders = [], {}
    for text in packages:
        name, _, folder = text.partition("=")
        names.append(name)
        folders[name] = folder
        sys.path.insert(0, os.path.join(root, folder))
    graph = grimp.build_graph(*names, cache_dir=None)
    file_of = lambda module: module_file(root, folders[module.split(".")[0]], module)
    for module in sorted(graph.modules):
        source = file_of(module)
        if source is None:
            continue
        print("document", source, sep="\t")
        for target in sorted(graph.find_modules_directly_imported_by(module)):
            target = file_of(target)
            if target and target != source:
                print("import", source, target, sep="\t")


def before_dot(leaf):
    """The name before `.leaf`, or None; False when something else stands there."""
    dot = leaf.get_previous_leaf()
    if dot is None or dot.value != ".":
        return None
    name = dot.get_previous_leaf()
    return name if name is not None and name.type == "name" else False


def is_keyword(leaf):
    return leaf.parent.type == "argument" and leaf.parent.children[0] is leaf and leaf.parent.children[1] == "="


def in_import(leaf):
    node = leaf.parent
    while node is not None:
        if node.type in ("import_from", "import_name"):
            return node
        if node.type.endswith("stmt") or node.type in ("suite", "file_input"):
            return None
        node = node.parent
    return None


def symbols(root, subfolders):
    import jedi

    project = jedi.Project(root, added_sys_path=[os.path.join(root, "src")], smart_sys_path=True)
    edges = {}
    for folder in subfolders:
        for path in files(os.path.join(root, folder)):
            print("document", os.path.relpath(path, root), sep="\t")
            script = jedi.Script(path=path, project=project)
            for kind, target in file_symbols(script, root, path):
                key = (os.path.relpath(path, root), target)
                edges[key] = edges.get(key, True) and kind
    for (source, target), inferred in sorted(edges.items()):
        print("symbol", source, target, "inferred" if inferred else "", sep="\t")


def files(folder):
    for directory, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(directory, name)


def file_symbols(script, root, path):
    """Pairs of (inferred?, file) for the names of one file."""
    try:
        names = script.get_names(all_scopes=True, references=True, definitions=True)
    except Exception as error:  # a fault of the oracle, not of the tree
        print(path, error, file=sys.stderr)
        return
    cache = {}

    def goto(line, column):
        if (line, column) not in cache:
            try:
                cache[line, column] = script.goto(line, column, follow_imports=True)
            except Exception:
                cache[line, column] = []
        return cache[line, column]

    for name in names:
        leaf = name._name.tree_name
        statement = in_import(leaf)
        if statement is not None and leaf in [part for path in statement.get_paths() for part in path[:-1]]:
            continue
        if statement is not None and statement.type == "import_name":
            continue
        inferred = False
        if statement is None:
            previous, inner = before_dot(leaf), leaf
            while previous:
                if any(target.type != "module" for target in goto(*previous.start_pos)) or not goto(*previous.start_pos):
                    inferred = True
                previous, inner = before_dot(previous), previous
            inferred = inferred or previous is False or is_keyword(leaf)
        following = leaf.get_next_leaf()
        for target in goto(name.line, name.column):
            file = str(target.module_path or "")
            if not file.startswith(root + os.sep) or file == path:
                continue
            if target.type == "module" and (statement is not None or following.value == "."):
                continue
            yield inferred, os.path.relpath(file, root)


def ruff(root, out):
    text = subprocess.run(["ruff", "analyze", "graph", "."], cwd=root, capture_output=True, text=True, check=True).stdout
    with open(out, "w", encoding="utf-8") as file:
        for source, targets in sorted(json.loads(text).items()):
            source = behind_links(root, source)
            print("document", source, sep="\t", file=file)
            for target in sorted(behind_links(root, target) for target in targets):
                if target != source:
                    print("import", source, target, sep="\t", file=file)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("root")
    arguments.add_argument("--package", action="append", default=[])
    arguments.add_argument("--jedi", action="append", default=[])
    arguments.add_argument("--ruff")
    options = arguments.parse_args()
    root = os.path.realpath(options.root)
    if options.package:
        imports(root, options.package)
    if options.jedi:
        symbols(root, options.jedi)
    if options.ruff:
        ruff(root, options.ruff)


if __name__ == "__main__":
    main()
