#!/usr/bin/env python3
"""Prints the Java edges of a Gradle build as javac sees them, one run per module.

usage: java_gradle.py CHECKOUT CLASSES      (CLASSES: where JavaEdges.class lies; a module is a folder with a src/ in it)

For builds in which several modules declare classes of one name, so that one run over all would take the wrong twin. A
module is compiled with the sources of the projects that its build file names, and of those that these name: the main
sources, and the tests where they are named (`sourceSets.test`). Only edges from the module's own files are printed.
"""
import os
import re
import subprocess
import sys
import tempfile

PROJECT = re.compile(r"""project\(\s*(?:path\s*[:=]\s*)?['"]:([\w:.-]+)['"][^)]*\)(\.sourceSets\.test)?""")


def modules(checkout):
    for directory, folders, _ in sorted(os.walk(checkout)):
        folders[:] = sorted(name for name in folders if name not in (".git", "build", "node_modules"))
        if "src" in folders:
            yield os.path.relpath(directory, checkout)
            folders.remove("src")


def named(checkout, module):
    for name in ("build.gradle", "build.gradle.kts"):
        path = os.path.join(checkout, module, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return [(one[0].replace(":", "/"), bool(one[1])) for one in PROJECT.findall(file.read())]
    return []


def sources(checkout, folder):
    for directory, _, names in sorted(os.walk(os.path.join(checkout, folder))):
        yield from (os.path.relpath(os.path.join(directory, name), checkout) for name in sorted(names) if name.endswith(".java"))


def reachable(checkout, module):
    found, waiting = {}, named(checkout, module)
    while waiting:
        other, tests = waiting.pop()
        if other not in found:
            waiting += named(checkout, other)
        found[other] = found.get(other, False) or tests
    found.pop(module, None)
    return found


def main():
    checkout, classes = sys.argv[1:3]
    lines = set()
    for module in modules(checkout):
        files = list(sources(checkout, os.path.join(module, "src")))
        if not files:
            continue
        own = set(files)
        for other, tests in sorted(reachable(checkout, module).items()):
            files += sources(checkout, os.path.join(other, "src/main/java"))
            files += sources(checkout, os.path.join(other, "src/test/java")) if tests else []
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
            listed.write("\n".join(dict.fromkeys(files)))
            listed.flush()
            run = subprocess.run(["java", "-cp", os.path.abspath(classes), "JavaEdges", ".", "@" + listed.name], cwd=checkout, capture_output=True, text=True)
        if run.returncode:
            print(module, run.stderr[-300:], file=sys.stderr)
        for line in run.stdout.splitlines():
            if line.split("\t")[1] in own:
                lines.add(line)
    print("\n".join(sorted(lines)))


if __name__ == "__main__":
    main()
