#!/usr/bin/env python3
"""Prints the edges that happen when Python code runs.

usage: python_runtime.py ROOT [--path FOLDER …] [--all PACKAGE_FOLDER] SCRIPT.py|MODULE …

Runs each entry in an interpreter of its own with `__import__` and `importlib.import_module` wrapped.
With `--all` every module below a folder is an entry. Layer `symbol` holds what a `from … import name` gets: the file
of the module that the function or class says it is from (a constant says nothing, so it is left out).
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

def note(source, module, layer="import"):
    target = inside(getattr(module, "__file__", None))
    if source and target and source != target:
        edges.add((layer, source, target))

def note_symbol(source, value):
    # By the type alone: a proxy may fail when it is asked anything.
    if issubclass(type(value), (type, type(note))) and isinstance(value.__module__, str):
        note(source, sys.modules.get(value.__module__), "symbol")

def note_names(source, module, names):
    own = False
    for name in names or ():
        child = sys.modules.get(module.__name__ + "." + name)
        if child is not None and getattr(module, name, None) is child:
            note(source, child)
        else:
            note_symbol(source, getattr(module, name, None))
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


def modules_below(root, paths, folder):
    """Names of the modules of a package, as seen from the search path that holds it."""
    top = os.path.join(root, folder)
    base = max((path for path in [root, *paths] if os.path.dirname(top).startswith(path)), key=len)
    for place, folders, files in sorted(os.walk(top)):
        folders[:] = sorted(name for name in folders if name.isidentifier() and name != "__pycache__")
        for name in sorted(files):
            stem, extension = os.path.splitext(name)
            if extension == ".py" and stem != "__main__":
                parts = os.path.relpath(os.path.join(place, stem), base).split(os.sep)
                yield ".".join(parts[:-1] if stem == "__init__" else parts)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("root")
    arguments.add_argument("--path", action="append", default=[], help="folder below ROOT where modules start")
    arguments.add_argument("--all", help="a package: every module below its folder is an entry")
    arguments.add_argument("entry", nargs="*")
    options = arguments.parse_args()
    root = os.path.realpath(options.root)
    paths = [os.path.join(root, path) for path in options.path]
    edges = set()
    for entry in [*options.entry, *(modules_below(root, paths, options.all) if options.all else ())]:
        command = [sys.executable, "-c", CHILD, root, entry, *paths]
        result = subprocess.run(command, capture_output=True, text=True, cwd=root)
        sys.stderr.write(result.stderr)
        edges |= {tuple(line.split("\t")[1:]) for line in result.stdout.splitlines() if line.startswith("EDGE\t")}
    for path in sorted({path for _, *ends in edges for path in ends}):
        print("document", path, sep="\t")
    for edge in sorted(edges):
        print(*edge, sep="\t")


if __name__ == "__main__":
    main()
