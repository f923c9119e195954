#!/usr/bin/env python3
"""Builds a git repository whose commits follow SYSTEM/history.toml and records its log: history.py SYSTEM

Every commit touches real files of the system, with fixed authors and dates, so that the same
files always give the same SYSTEM/history.log. A file grows from commit to commit to what it is now."""
import os, random, subprocess, sys, tempfile, tomllib
from pathlib import Path

FORMAT = "commit %H%nauthor %aN <%aE>%ndate %at%nsubject %s%n"
LOG = ["log", "--no-merges", "--no-renames", "--raw", "--abbrev=40", f"--format={FORMAT}"]
ISOLATED = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

system = Path(sys.argv[1]).resolve()
story = tomllib.loads((system / "history.toml").read_text())
draw = random.Random(story["seed"])


def git(*args, **kwargs):
    return subprocess.run(["git", *args], check=True, env=ISOLATED, capture_output=True, **kwargs).stdout


def commits():
    """(author, subject, paths) in the order of time: the import, then the story, shuffled."""
    files = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=system)
    files = sorted(f for f in files.decode().split("\0") if f and not f.startswith("traces/"))
    own = {"history.toml", "history.log", "truth.toml", "expected.json"}
    files = [f for f in files if f not in own]
    told = []
    for chapter in story["chapter"]:
        for time in range(chapter["times"]):
            always, some = chapter.get("files", []), chapter.get("some", [])
            chosen = set(always) | set(draw.sample(some, min(len(some), draw.randint(1, 2))))
            unknown = chosen - set(files)
            assert not unknown, f"{unknown} are no files of {system.name}"
            subject = chapter["subjects"][time % len(chapter["subjects"])]
            told.append((draw.choice(chapter["authors"]), subject, sorted(chosen)))
    draw.shuffle(told)
    return [(story["import"]["author"], story["import"]["subject"], files), *told]


def stream(told):
    """The commits in the language of `git fast-import`."""
    last = {path: sum(path in paths for _, _, paths in told) for _, _, paths in told for path in paths}
    touched = dict.fromkeys(last, 0)
    now = story["begins"]
    for author, subject, paths in told:
        name = f"{author.title()} <{author}@media.example>" if "@" not in author else author
        yield f"commit refs/heads/main\nauthor {name} {now} +0000\ncommitter {name} {now} +0000\n".encode()
        yield f"data {len(subject.encode())}\n{subject}\n".encode()
        for path in paths:
            touched[path] += 1
            text = version(path, touched[path], last[path])
            yield f"M 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n"
        now += draw.randint(6, 96) * 1800


def version(path, touch, last):
    lines = (system / path).read_bytes().splitlines(keepends=True)
    if touch == last:
        return b"".join(lines)
    return b"".join(lines[: max(1, len(lines) * touch // last)]) + f"// touch {touch}\n".encode()


with tempfile.TemporaryDirectory() as repository:
    git("init", "-q", "-b", "main", repository)
    git("-C", repository, "fast-import", "--quiet", input=b"".join(stream(commits())))
    (system / "history.log").write_bytes(git("-C", repository, *LOG))
