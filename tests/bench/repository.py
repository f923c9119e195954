#!/usr/bin/env python3
"""Writes a synthetic repository, the same one every time, to time a whole analysis on.

usage: repository.py DIR [FILES [COMMITS]]     (20,000 Python files and 50,000 commits unless given)

Packages of 100 modules: a module imports and calls five functions of its own package and two of
lower ones. A commit changes one to eight modules, mostly of one package; the newest 12 months hold
a fifth of the commits.
"""
import os
import subprocess
import sys

DAY = 86_400
NEWEST = 1_760_000_000


class Draw:
    """A linear congruential generator (Knuth's MMIX)."""

    def __init__(self, state):
        self.state = state

    def below(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % max(bound, 1)


def path(file):
    return f"app/area{file // 1000:02}/part{file // 100 % 10}/module{file % 100:02}.py"


def module(file):
    return path(file)[:-3].replace("/", ".")


def text(file, files, version):
    draw = Draw(file * 7919 + 1)
    own = [file // 100 * 100 + draw.below(100) for _ in range(5)]
    lower = [draw.below(max(file // 100 * 100, 1)) for _ in range(2)]
    used = sorted({other for other in own + lower if other != file and other < files})
    lines = [f"from {module(other)} import work{other}" for other in used]
    lines += ["", f"VERSION = {version}", "", f"def work{file}(depth):", "    if depth == 0:", "        return 0"]
    lines += [f"    depth += work{other}(depth - 1)" for other in used]
    return "\n".join(lines + ["    return depth", ""])


def blob(out, file, files, version):
    data = text(file, files, version).encode()
    out.write(f"M 100644 inline {path(file)}\ndata {len(data)}\n".encode() + data + b"\n")


def head(out, number, time, message):
    who = f"Author {number % 40} <author{number % 40}@example.org> {time} +0000"
    out.write(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n".encode())


def main():
    folder = sys.argv[1]
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    commits = int(sys.argv[3]) if len(sys.argv) > 3 else 50_000
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    importer = subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    out, draw = importer.stdin, Draw(11)
    oldest = NEWEST - 5 * 365 * DAY
    head(out, 0, oldest, "start")
    for file in range(files):
        blob(out, file, files, 0)
    for number in range(1, commits):
        head(out, draw.below(40), oldest + number * (NEWEST - oldest) // commits, f"change {number}")
        part = draw.below(max(files // 100, 1)) * 100
        for _ in range(1 + draw.below(8)):
            near = draw.below(10) > 0
            blob(out, (part + draw.below(100)) % files if near else draw.below(files), files, number)
    out.close()
    if importer.wait() != 0:
        sys.exit("git fast-import failed")
    subprocess.run(["git", "-C", folder, "checkout", "-q", "main"], check=True)
    print(os.path.abspath(folder))


if __name__ == "__main__":
    main()
