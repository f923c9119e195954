#!/usr/bin/env python3
"""Prints the import edges that happen when Python code runs.

usage: python_runtime.py ROOT [--path FOLDER …] SCRIPT.py|MODULE …

Runs each entry in an interpreter of its own with `__import__` and `importlib.import_module` wrapped.
`document` lines name the files whose imports were seen. Only what ran is known, so missing edges
of an entry say nothing; edges here that Seamline lacks do. Never run it on code that you do not trust.
"""
import argparse
import os
import subprocess
import sys

CHILD = r'''
import builtins, importlib, os, runpy, sys
root, entry, paths = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.argv, sys.dont_write_bytecode = [entry], True
edges, plain, plain_module = set(), builtins.__import__, importlib.import_module

def inside(file):
    file = os.path.abspath(file) if file else ""
    return os.path.relpath(file, root) if file.startswith(root + os.sep) else None

def note(source, module):
    target = inside(getattr(module, "__file__", None))
    if source and target and source != target:
        edges.add((source, target))

def note_names(source, module, names):
    own = False
    for name in names or ():
        child = sys.modules.get(module.__name__ + "." + name)
        if child is not None and getattr(module, name, None) is child:
            note(source, child)
        else:
            own = True
    if own:
        note(source, module)

def traced(name, globals=None, locals=None, fromlist=(), level=0):
    source = inside((globals or {}).get("__file__"))
    result = plain(name, globals, locals, fromlist, level)
    if fromlist:
        note_names(source, result, fromlist)
    else:
        note(source, sys.modules.get(name))
    return result

def traced_module(name, package=None):
    module = plain_module(name, package)
    note(inside(sys._getframe(1).f_globals.get("__file__")), module)
    return module

builtins.__import__, importlib.import_module = traced, traced_module
try:
    if entry.endswith(".py"):
        sys.path[0:1] = [os.path.dirname(os.path.join(root, entry)), *paths]
        runpy.run_path(os.path.join(root, entry), run_name="__main__")
    else:
        sys.path[0:1] = [*paths, root]
        plain_module(entry)
except BaseException as error:
    print(f"{entry}: {error!r}", file=sys.stderr)
for edge in sorted(edges):
    print("\t".join(("EDGE", *edge)))
'''


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("root")
    arguments.add_argument("--path", action="append", default=[], help="folder below ROOT where modules start")
    arguments.add_argument("entry", nargs="+")
    options = arguments.parse_args()
    root = os.path.realpath(options.root)
    paths = [os.path.join(root, path) for path in options.path]
    edges = set()
    for entry in options.entry:
        command = [sys.executable, "-c", CHILD, root, entry, *paths]
        result = subprocess.run(command, capture_output=True, text=True, cwd=root)
        sys.stderr.write(result.stderr)
        edges |= {tuple(line.split("\t")[1:]) for line in result.stdout.splitlines() if line.startswith("EDGE\t")}
    for source in sorted({source for source, _ in edges}):
        print("document", source, sep="\t")
    for source, target in sorted(edges):
        print("document", target, sep="\t")
    for source, target in sorted(edges):
        print("import", source, target, sep="\t")


if __name__ == "__main__":
    main()
