#!/usr/bin/env python3
"""Says who is right where Seamline and grimp or ruff disagree about an import: the interpreter's own finder.

usage: python_judge.py ROOT SEAMLINE_JSON ORACLE_TSV [--path FOLDER …]

Reads each importing file with `ast` and looks every named module up with `importlib.machinery.PathFinder`,
without running any of it. Searched are the folder above the file's topmost package (where `python file.py`
and pytest start), the folders of --path and ROOT. `from p import n` means what `p/__init__` binds as `n`
(language reference, "the import statement"): the submodule is imported only when nothing is bound.
Prints `layer<TAB>from<TAB>to<TAB>class` for each disagreement in which the finder agrees with Seamline;
all others stay as they are.
"""
import argparse
import ast
import functools
import keyword
import os
from importlib.machinery import PathFinder

import compare

DEPTH = 12


class Finder:
    def __init__(self, root, paths):
        self.root = root
        self.paths = [os.path.normpath(os.path.join(root, path)) for path in paths] + [root]

    def search_path(self, file):
        folder = os.path.dirname(file)
        # No import can write `my-bot`, so it is no package, whatever lies in it (as pytest has it).
        while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
            folder = os.path.dirname(folder)
        return [folder, *self.paths]

    def find(self, name, search):
        """The file of a module, and the folders of a package; (None, None) when there is none."""
        file, folders = None, search
        for part in filter(None, name.split(".")):
            if folders is None:
                return None, None
            file, folders = self.below(part, tuple(folders))
            if file is None and folders is None:
                return None, None
        return file, folders

    @functools.lru_cache(maxsize=None)
    def below(self, part, folders):
        spec = PathFinder.find_spec(part, list(folders))
        if spec is None:
            stubs = [os.path.join(folder, part + ".pyi") for folder in folders]
            return next((stub for stub in stubs if os.path.isfile(stub)), None), None
        inner = spec.submodule_search_locations
        inner = None if inner is None else tuple(getattr(inner, "_path", inner))
        return (spec.origin if spec.has_location else None), inner

    def base(self, node, file):
        """File and folders of the module that an import-from statement names."""
        if node.level == 0:
            return self.find(node.module or "", self.search_path(file))
        folder = os.path.dirname(file)
        for _ in range(node.level - 1):
            folder = os.path.dirname(folder)
        if not node.module:
            init = os.path.join(folder, "__init__.py")
            return (init if os.path.isfile(init) else None), [folder]
        return self.find(node.module, [folder])

    def member(self, base, name, depth=0):
        """(file, how) behind `from base import name`."""
        file, folders = base
        if file and folders is None:
            return file, "module"
        inner = self.find(name, folders)[0] if folders else None
        if file and self.binds(file, name, inner, depth):
            return file, "attribute" if inner else "module"
        if inner:
            return inner, "submodule"
        return file, "module"

    def binds(self, file, name, inner, depth):
        """Whether running `file` binds `name` in the end to something other than its own submodule."""
        bound = False
        for statement in top_level(file):
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    if alias.name == "*" and depth < DEPTH:
                        bound = self.star(statement, file, name, inner, depth) or bound
                    elif alias.name == (alias.asname or name) == name and self.base(statement, file)[0] == file:
                        continue  # `from . import name` in the package itself: what is bound already, else the submodule
                    elif (alias.asname or alias.name) == name:
                        target = self.member(self.base(statement, file), alias.name, depth + 1) if depth < DEPTH else (None, "")
                        bound = not (inner and target == (inner, "submodule"))
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    if alias.asname == name:
                        bound = self.find(alias.name, self.search_path(file))[0] != inner
                    elif not alias.asname and alias.name.split(".")[0] == name:
                        bound = True
            elif name in names_of(statement):
                bound = not isinstance(statement, ast.Delete)
        return bound

    def star(self, statement, file, name, inner, depth):
        source, folders = self.base(statement, file)
        if not source:
            return False
        listed = all_of(source)
        if (name not in listed) if listed is not None else name.startswith("_"):
            return False
        below = self.find(name, folders)[0] if folders else None
        return self.binds(source, name, below or inner, depth + 1)

    @functools.lru_cache(maxsize=None)
    def targets(self, file):
        """Every file that the imports of `file` name: {file: how}."""
        found, near = {}, {}
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found.setdefault(self.find(alias.name, self.search_path(file))[0], "module")
            elif isinstance(node, ast.ImportFrom):
                base = self.base(node, file)
                for alias in node.names:
                    target, how = (base[0], "module") if alias.name == "*" else self.member(base, alias.name)
                    found.setdefault(target, "relative" if node.level and how != "attribute" else how)
                    inner = self.find(alias.name, base[1])[0] if base[1] and alias.name != "*" else None
                    if inner and inner != target:
                        near[inner] = "attribute"
                    if inner and inner.endswith(".pyi") and base[0]:
                        near.setdefault(base[0], "stub")
        return found, near


@functools.lru_cache(maxsize=None)
def tree(file):
    try:
        with open(file, "rb") as opened:
            return ast.parse(opened.read())
    except (SyntaxError, ValueError, OSError):
        return ast.Module([], [])


def top_level(file):
    """Statements that run with the module, in source order; not those below `if TYPE_CHECKING`."""
    stack = list(reversed(tree(file).body))
    while stack:
        statement = stack.pop()
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test):
            stack.extend(reversed(statement.orelse))
            continue
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            inner = list(statement.body) + list(getattr(statement, "orelse", []))
            inner += [one for handler in getattr(statement, "handlers", []) for one in handler.body]
            stack.extend(reversed(inner + list(getattr(statement, "finalbody", []))))


def names_of(statement):
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.For, ast.Delete)):
        return set()
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return set()
    return {node.id for target in targets if target for node in ast.walk(target) if isinstance(node, ast.Name)}


def all_of(file):
    listed = None
    for statement in top_level(file):
        if "__all__" in names_of(statement) or (isinstance(statement, ast.AugAssign) and getattr(statement.target, "id", "") == "__all__"):
            words = [node.value for node in ast.walk(statement.value) if isinstance(node, ast.Constant)]
            listed = (listed or []) + words
    return listed


def reason(finder, source, target, found, near, extra):
    """The name of the fault by which the oracle has, or lacks, the edge."""
    parts = os.path.relpath(source, finder.root).split(os.sep)[:-1]
    if not source.endswith((".py", ".pyi", ".pyw")):
        return "no-module"
    if (found if extra else near).get(target) == "attribute":
        return "attribute-over-submodule"
    if near.get(target) == "stub" or target.endswith(".pyi"):
        return "stub-of-native-module" if not os.path.isfile(target[:-1]) else "stub-beside-module"
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        return "folder-is-no-identifier"
    if found.get(target) == "relative" and not os.path.isfile(os.path.join(os.path.dirname(source), "__init__.py")):
        return "relative-import-in-namespace-package"
    return "other-search-path"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("root")
    arguments.add_argument("seamline")
    arguments.add_argument("oracle")
    arguments.add_argument("--path", action="append", default=[])
    options = arguments.parse_args()
    root = os.path.realpath(options.root)
    finder = Finder(root, options.path)
    mine = {key for key in compare.ours(options.seamline, "python") if key[0] == "import"}
    oracle, seen, _ = compare.theirs(options.oracle, "")
    judged = lambda key: not seen or (key[1] in seen and key[2] in seen)
    for key in sorted(filter(judged, mine ^ {key for key in oracle if key[0] == "import"})):
        source, target = (os.path.join(root, path) for path in key[1:])
        module = source.endswith((".py", ".pyi", ".pyw"))
        found, near = finder.targets(source) if module else ({}, {})
        if (target in found) == (key in mine) or not module:
            print(*key, reason(finder, source, target, found, near, key in mine), sep="\t")


if __name__ == "__main__":
    main()
