#!/usr/bin/env python3
"""File edges of a Rust checkout as rust-analyzer sees them.

usage: rust.py INDEX.scip CHECKOUT [METADATA.json] > edges.tsv

Make the index with `rust-analyzer scip CHECKOUT --output INDEX.scip` (not offline: without the
standard library's metadata, paths inside `println!` vanish). Output lines, sorted:

    document<TAB>path                 every file the index covers
    layer<TAB>from<TAB>to<TAB>flags   layer import: the path names the module of the file `to`
                                      layer symbol: it names something that `to` defines
                                      flag inferred: only reached through the type of an expression (`x.name`)
                                      or through what a procedural macro expands to
                                      flag ambiguous: targets of one package share the symbol
    blind<TAB>path<TAB>first line<TAB>last line<TAB>reason   where the index has no occurrences at all
    unanswered<TAB>layer<TAB>from<TAB>folder/<TAB>reason     packages behind a dev-dependency that closes a cycle, which
                                                       the index drops (METADATA: `cargo metadata --no-deps`)
"""
import json
import os
import re
import sys


def varint(data, at):
    shift = result = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result, at
        shift += 7


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            size, at = varint(data, at)
            value = data[at : at + size]
            at += size
        else:
            size = {5: 4, 1: 8}[wire]
            value = data[at : at + size]
            at += size
        yield number, value


def packed(data):
    numbers, at = [], 0
    while at < len(data):
        number, at = varint(data, at)
        numbers.append(number)
    return numbers


def documents(path):
    """(path, [(symbol, roles, line, column, end column)]) per document."""
    with open(path, "rb") as file:
        index = file.read()
    for number, value in fields(index):
        if number != 2:
            continue
        name, occurrences = None, []
        for key, item in fields(value):
            if key == 1:
                name = item.decode()
            elif key == 2:
                symbol, roles, place = "", 0, []
                for inner, content in fields(item):
                    if inner == 1:
                        place = packed(content) if isinstance(content, bytes) else place + [content]
                    elif inner == 2:
                        symbol = content.decode()
                    elif inner == 3:
                        roles = content
                end = place[2] if len(place) == 3 else place[3] if len(place) > 3 else 0
                if symbol and not symbol.startswith("local ") and place:
                    occurrences.append((symbol, roles, place[0], place[1], end))
        yield name, occurrences


TOKEN = re.compile(rb"//[^\n]*|\s+|::|[A-Za-z_0-9#\x80-\xff]+|.", re.S)


def tokens(text, at):
    """Significant tokens from `at` on, with their offsets."""
    while at < len(text):
        match = TOKEN.match(text, at)
        at = match.end()
        token = match.group()
        if not token.isspace() and not token.startswith(b"//"):
            yield token, match.start()


def contains(outer, inner):
    """Whether a module is declared in another one, so that the path to it needs no re-export."""
    folder = outer.removesuffix("crate/")
    return inner.startswith(folder) and inner.count("/", len(folder)) == 1 and inner != outer


def names_module_itself(text, end, modules, known, symbol):
    """Whether the path that goes on at `end` needs the module `symbol` that ends there, not just one further in.

    It does where the next name is no module, or one that the module only hands on (a re-export).
    `modules` gives the symbols of module names by offset, `known` the offsets of every name that the index
    resolves; a name that it does not resolve (an inactive feature) may be a module.
    """
    needs = lambda at: at in known and not (at in modules and contains(symbol, modules[at]))
    stream = tokens(text, end)
    token, _ = next(stream, (b"", 0))
    if token != b"::":
        return True
    token, at = next(stream, (b"", 0))
    if token != b"{":
        return token == b"*" or (needs(at) and token not in (b"self", b"super"))
    depth, head = 1, True
    for token, at in stream:
        if token == b"{":
            depth += 1
        elif token == b"}":
            depth -= 1
            if depth == 0:
                return False
        elif depth == 1 and token == b",":
            head = True
            continue
        elif depth == 1 and head and (token in (b"self", b"*") or needs(at)):
            return True
        head = False
    return False


IN_USE = re.compile(rb"\buse\s+[\w:{},*\s]*$")


def is_expanded(text, start, end):
    """Whether a module's name stands alone outside of a `use`: no path, so a procedural macro made one of it."""
    before, after = text[max(0, start - 400) : start].rstrip(), text[end : end + 40].lstrip()
    return not (before.endswith(b"::") or after.startswith(b"::") or IN_USE.search(before))


def is_no_dependency(before):
    """Whether the text before a module's name declares it or limits a visibility."""
    return re.search(rb"(\bmod|\bpub\s*\(\s*(in\b)?[\w:\s]*)\s*$", before[-200:]) is not None


def targets_of(symbol, token, defined, path):
    """Files that a name may lead to: several where targets of one package share a symbol."""
    targets = defined.get(symbol, set())
    keyword = token in (b"crate", b"self", b"super")
    root = symbol.endswith(" crate/")
    if path in targets and (not root or keyword):
        return set()
    targets = targets - {path}
    if len(targets) > 1 and root and keyword:
        # Every target of a package has a root of that name: the one in the nearest folder above.
        above = {target: os.path.dirname(target) for target in targets}
        holds = {target: len(folder) for target, folder in above.items() if path.startswith(f"{folder}/" if folder else "")}
        return {target for target, length in holds.items() if length == max(holds.values())} or targets
    if len(targets) > 1 and root and not keyword:
        libraries = {target for target in targets if target.endswith("src/lib.rs")}
        return libraries or {target for target in targets if target.endswith("lib.rs")} or targets
    return targets


def inside_attribute(text, start):
    """Whether the text at `start` is a word that an attribute macro will read, not a path."""
    line = text.rfind(b"#[", max(0, start - 600), start)
    if line < 0 or text[start - 2 : start] == b"::":
        return False
    head = text[line + 2 : start]
    return b"(" in head and not head.startswith((b"derive", b"cfg_attr")) and head.count(b"[") >= head.count(b"]")


QUALIFIED = re.compile(rb"<[^;{}]* as [^;{}]*>\s*::$")
LAST_NAME = re.compile(rb"(\w+)(?:::<[^;{}()]*>)?\s*::$")
OF_TRAIT = re.compile(r"impl#\[[^\]]*\]\[`?(\w+)")


def chooses_implementation(symbol, before):
    """Whether only types tell which implementation `<u8 as Trait<Of>>::name` or `Trait::name` means."""
    trait, last = OF_TRAIT.search(symbol), LAST_NAME.search(before)
    if "impl#[" in symbol and QUALIFIED.search(before):
        return True
    return bool(trait and last) and trait[1].encode() == last[1]


LEXEME = re.compile(rb'//[^\n]*|/\*.*?\*/|r#*"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|macro_rules!|[{}()\[\]]|[\w#]+|.', re.S)


def blind_regions(text):
    """(first line, last line, reason) of every macro body and `extern crate`: the index has no occurrence there."""
    for match in re.finditer(rb"^[ \t]*(pub(\([^)]*\))?\s+)?extern\s+crate\s+[^;]*;", text, re.M):
        first, last = (text.count(b"\n", 0, at) + 1 for at in match.span())
        yield first, last, "extern crate"
    start = depth = None
    for match in LEXEME.finditer(text):
        token = match.group()
        if depth is None:
            start, depth = (match.start(), 0) if token == b"macro_rules!" else (start, None)
        elif token in (b"{", b"(", b"["):
            depth += 1
        elif token in (b"}", b")", b"]"):
            depth -= 1
            if depth <= 0:
                yield text.count(b"\n", 0, start) + 1, text.count(b"\n", 0, match.end()) + 1, "macro body"
                depth = None


def from_registry(root):
    """Per package of the tree: name and version of what it can only mean from a registry, although the tree has it.

    Both have the same symbols; `Cargo.lock` says which of them a package depends on, directly or not.
    """
    try:
        with open(os.path.join(root, "Cargo.lock"), encoding="utf-8") as file:
            entries = file.read().split("[[package]]")[1:]
    except OSError:
        return {}
    value = lambda entry, key: (re.search(rf'^{key} = "([^"]*)"', entry, re.M) or [None, None])[1]
    key = lambda entry: (value(entry, "name"), value(entry, "version"), value(entry, "source") is None)
    nodes = {key(entry): entry for entry in entries}
    named = {}
    for name, version, own in sorted(nodes):
        for text in (name, f"{name} {version}"):
            named[text] = (name, version, own)  # the one of the tree comes last
    read = lambda text: (*text.split(" ")[:2], False) if "(" in text else named.get(text)
    uses = {node: [read(text) for text in re.findall(r'^ "([^"]*)",?$', entry, re.M)] for node, entry in nodes.items()}
    twice = {(name, version) for name, version, own in nodes if (name, version, not own) in nodes}
    outside = {}
    for start in (node for node in nodes if node[2] and twice):
        seen, stack = set(), [start]
        while stack:
            node = stack.pop()
            if node and node not in seen:
                seen.add(node)
                stack += uses.get(node, [])
        outside[start[0]] = {pair for pair in twice if (*pair, False) in seen and (*pair, True) not in seen}
    return outside


def package_of(path, root, known):
    """The name of the package whose manifest is the nearest above a file."""
    folder = os.path.dirname(path)
    if folder not in known:
        manifest = os.path.join(root, folder, "Cargo.toml")
        text = open(manifest, encoding="utf-8").read() if os.path.exists(manifest) else ""
        name = re.search(r'^name\s*=\s*"([^"]*)"', text, re.M)
        known[folder] = name[1] if name else package_of(folder, root, known) if folder else ""
    return known[folder]


def reach(start, uses):
    """Everything that can be reached from a package, itself included."""
    seen, stack = set(), [start]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += uses.get(node, ())
    return seen


def behind_dropped(metadata):
    """Per package: the folders of what it reaches only through dev-dependencies that depend on it."""
    with open(metadata, encoding="utf-8") as file:
        content = json.load(file)
    packages = {package["name"]: package for package in content["packages"]}
    root = os.path.realpath(content["workspace_root"])
    folder = lambda name: os.path.relpath(os.path.realpath(os.path.dirname(packages[name]["manifest_path"])), root) + "/"
    uses, dev = {}, {}
    for name, package in packages.items():
        for dependency in package["dependencies"]:
            if dependency["name"] in packages and dependency["name"] != name:
                kind = dev if dependency["kind"] == "dev" else uses
                kind.setdefault(name, set()).add(dependency["name"])
    found = {}
    for name, wanted in dev.items():
        dropped = {other for other in wanted if name in reach(other, uses)}
        kept = uses.get(name, set()) | (wanted - dropped)
        near = set().union({name}, *(reach(other, uses) for other in kept))
        far = set().union(*(reach(other, uses) for other in dropped)) - near
        if far:
            found[name] = sorted(folder(other) for other in far)
    return found


def behind_links(covered, root):
    """Every document by its path without symbolic links, several times where several names lead to one file."""
    top = os.path.realpath(root)
    real = lambda path: os.path.relpath(os.path.realpath(os.path.join(top, path)), top)
    return [(real(path), occurrences) for path, occurrences in covered]


def main():
    index, root, *metadata = sys.argv[1:]
    covered = behind_links(documents(index), root)
    defined = {}
    for path, occurrences in covered:
        for symbol, roles, *_ in occurrences:
            if roles & 1:
                defined.setdefault(symbol, set()).add(path)
    edges, blind = {}, []
    outside, packages = from_registry(root), {}
    for path, occurrences in covered:
        try:
            with open(f"{root}/{path}", "rb") as file:
                text = file.read()
        except OSError:
            continue
        blind += [(path, *region) for region in blind_regions(text)]
        starts = [0]
        for line in text.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        # A module of another crate that a module of the tree re-exports is a name like any other.
        inside = [item for item in occurrences if item[0].endswith("/") and item[0] in defined]
        modules = {starts[line] + column: symbol for symbol, _, line, column, _ in inside}
        known = {starts[line] + column for _, _, line, column, _ in occurrences}
        for symbol, roles, line, column, end in occurrences:
            start = starts[line] + column
            targets = targets_of(symbol, text[start : starts[line] + end], defined, path)
            if roles & 1 or not targets:
                continue
            before = text[:start].rstrip()
            inferred = before.endswith(b".") and not before.endswith(b"..")
            inferred = inferred or inside_attribute(text, start)
            inferred = inferred or chooses_implementation(symbol, before[-200:])
            # The dot of `.await`, a question mark, an operator: methods that only types lead to.
            inferred = inferred or not (text[start : start + 1].isalpha() or text[start : start + 1] == b"_")
            is_module = symbol.endswith("/")
            if is_module and is_no_dependency(before):
                continue
            if is_module and not names_module_itself(text, starts[line] + end, modules, known, symbol):
                continue
            inferred = inferred or is_module and is_expanded(text, start, starts[line] + end)
            flags = {"inferred"} if inferred else set()
            flags |= {"ambiguous"} if len(targets) > 1 else set()
            if tuple(symbol.split(" ")[2:4]) in outside.get(package_of(path, root, packages), ()):
                continue
            for target in targets:
                key = ("import" if is_module else "symbol", path, target)
                edges[key] = edges.get(key, flags) & flags
    for path in sorted({path for path, _ in covered}):
        print(f"document\t{path}")
    far = behind_dropped(metadata[0]) if metadata else {}
    for path in sorted({path for path, _ in covered}):
        for folder in far.get(package_of(path, root, packages), ()):
            for layer in ("import", "symbol"):
                print("unanswered", layer, path, folder, "dev-dependency-cycle", sep="\t")
    for region in blind:
        print("\t".join(("blind", *map(str, region))))
    for key, flags in sorted(edges.items()):
        print("\t".join((*key, ",".join(sorted(flags)))))


main()
