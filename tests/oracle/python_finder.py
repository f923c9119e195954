#!/usr/bin/env python3
"""Prints the import edges of a Python tree of several distributions as the interpreter's own finder sees them.

usage: python_finder.py ROOT --path FOLDER … --package NAME …

For trees that grimp cannot read in one go: a namespace over several folders. --path names the folder of each
distribution that would be on `sys.path` when all are installed, --package the top-level names that they install.
A file of an installed package searches these folders alone; every other file (a script, a test) its own folder and the one
above its topmost package first. What the finder needs is shared with python_judge.py; none of the code is run.
"""
import argparse
import os

from python_judge import Finder


class Installed(Finder):
    def __init__(self, root, paths, packages):
        super().__init__(root, paths)
        self.paths.pop()  # the root itself is on no search path
        self.installed = tuple(os.path.join(path, name) + os.sep for path in self.paths for name in packages)

    def search_path(self, file):
        if file.startswith(self.installed):
            return self.paths
        near = [os.path.dirname(file), super().search_path(file)[0]]
        return [*dict.fromkeys(near), *self.paths]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("root")
    arguments.add_argument("--path", action="append", default=[])
    arguments.add_argument("--package", action="append", default=[])
    options = arguments.parse_args()
    root = os.path.realpath(options.root)
    finder = Installed(root, options.path, options.package)
    for directory, folders, names in sorted(os.walk(root)):
        folders[:] = [name for name in folders if name not in (".git", "node_modules")]
        for name in sorted(name for name in names if name.endswith((".py", ".pyi"))):
            source = os.path.join(directory, name)
            print("document", os.path.relpath(source, root), sep="\t")
            for target in sorted(filter(None, finder.targets(source)[0])):
                if target != source and target.startswith(root + os.sep):
                    print("import", os.path.relpath(source, root), os.path.relpath(target, root), sep="\t")


if __name__ == "__main__":
    main()
