#!/usr/bin/env python3
"""Which files of a Rust checkout depend on an item, as the compiler says when the item is changed.

usage: mutate.py CHECKOUT FILE:ITEM [FILE:ITEM …] [--rename] [-- ARGUMENTS OF cargo check]
       mutate.py CHECKOUT --edges EDGES [-- ARGUMENTS OF cargo check]

Marks the items `#[deprecated]`, runs `cargo check --all-targets --offline --message-format json` under
`RUSTFLAGS="--force-warn deprecated"`, prints the files that name each item, and puts the files back. A macro counts
like any other item; for a module give the file that says `mod ITEM`. With `--rename` the items get another name instead
(the files of the errors depend on them; errors hide what comes after them, so the list may be short).

EDGES has one edge per line, `from<TAB>FILE:ITEM`: each is printed as confirmed or not confirmed. An item under a
condition that does not hold here, or that only a macro declares, cannot be marked; it is reported as such. The
attribute says nothing about procedural macros. Where a check fails for another reason, its crate and those that need
it say nothing: "not confirmed" is then no answer, and a line says so.
Set CARGO_TARGET_DIR to keep the build out of the checkout.
"""
import json
import os
import re
import subprocess
import sys

KINDS = r"(?:fn|struct|enum|union|trait|type|const|static|mod|macro_rules!|extern\s+crate)"
MODIFIERS = r"(?:pub(?:\s*\([^)]*\))?\s+|unsafe\s+|async\s+|const\s+|auto\s+|extern\s+\"[^\"]*\"\s+)*"


def definition(text, item):
    """The match of the line that declares an item."""
    return re.search(rf"^([ \t]*)({MODIFIERS}{KINDS}\s+(?:mut\s+)?)({re.escape(item)})\b", text, re.M)


def changed(text, item, rename):
    """The text with an item marked or renamed; none where it is not declared word for word."""
    match = definition(text, item)
    if not match:
        return None
    if rename:
        return text[: match.start(3)] + item + "_elsewhere" + text[match.end(3) :]
    return text[: match.start()] + match.group(1) + "#[deprecated]\n" + text[match.start() :]


def messages(root, arguments, rename):
    """Diagnostics of one check."""
    environment = dict(os.environ)
    if not rename:
        environment["RUSTFLAGS"] = "--force-warn deprecated"
    command = ["cargo", "check", "--all-targets", "--offline", "--keep-going", "--message-format", "json", *arguments]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    found = []
    for line in done.stdout.splitlines():
        entry = json.loads(line)
        if entry.get("reason") == "compiler-message":
            found.append(entry["message"])
    ends = [line for line in done.stdout.splitlines() if '"build-finished"' in line]
    if not ends:
        sys.exit(f"cargo check did not run:\n{done.stderr[-2000:]}")
    if not rename and not json.loads(ends[-1])["success"]:
        errors = {message["message"] for message in found if message["level"] == "error"}
        print("the check failed, so that what is not confirmed is no answer:", *sorted(errors)[:5], sep="\n  ")
        print(*[line for line in done.stderr.splitlines() if line.startswith("error")][:5], sep="\n  ")
    return found


def places(message, root):
    """Files in which a diagnostic stands: its primary spans, and the calls of macros around them."""
    for span in message["spans"]:
        if not span["is_primary"]:
            continue
        while span:
            yield os.path.relpath(os.path.join(root, span["file_name"]), root)
            span = (span.get("expansion") or {}).get("span")


def users(found, item, root, rename):
    """Files that name an item, by the diagnostics that quote it."""
    wanted = re.compile(rf"`(?:[^`]*::)?{re.escape(item)}[`<(!]")
    files = set()
    for message in found:
        kind = (message.get("code") or {}).get("code", "")
        relevant = message["level"] == "error" if rename else kind == "deprecated"
        if relevant and wanted.search(message["message"]):
            files.update(places(message, root))
    return files


def main():
    arguments = sys.argv[1:]
    extra = ["--workspace"]
    if "--" in arguments:
        at = arguments.index("--")
        arguments, extra = arguments[:at], arguments[at + 1 :]
    rename = "--rename" in arguments
    arguments = [argument for argument in arguments if argument != "--rename"]
    root = os.path.realpath(arguments[0])
    edges = []
    if arguments[1:2] == ["--edges"]:
        with open(arguments[2], encoding="utf-8") as file:
            edges = [line.rstrip("\n").split("\t") for line in file if line.strip()]
        items = sorted({target for _, target in edges})
    else:
        items = arguments[1:]
    originals, unmarked = {}, set()
    try:
        for target in items:
            path, item = target.rsplit(":", 1)
            place = os.path.join(root, path)
            with open(place, encoding="utf-8") as file:
                text = file.read()
            originals.setdefault(place, text)
            after = changed(text, item, rename)
            if after is None:
                unmarked.add(target)
                continue
            with open(place, "w", encoding="utf-8") as file:
                file.write(after)
        found = messages(root, extra, rename)
    finally:
        for place, text in originals.items():
            with open(place, "w", encoding="utf-8") as file:
                file.write(text)
    known = {}
    for target in items:
        path, item = target.rsplit(":", 1)
        known[target] = users(found, item, root, rename) - {path}
        if target in unmarked:
            print(f"{target}: not declared word for word, not marked")
        elif not edges:
            print(f"{target}: {len(known[target])} files")
            for user in sorted(known[target]):
                print(f"  {user}")
    for source, target in edges:
        if target not in unmarked:
            print(f"{'confirmed' if source in known[target] else 'not confirmed'}\t{source}\t{target}")


if __name__ == "__main__":
    main()
