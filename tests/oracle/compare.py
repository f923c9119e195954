#!/usr/bin/env python3
"""Compares Seamline's file edges with those of a language's own tool.

usage: compare.py SEAMLINE_JSON ORACLE_TSV [--prefix DIR] [--apart LABEL,…] [--list N] [--language NAME] [--faults TSV]

SEAMLINE_JSON is the output of `seamline graph --level file --format json` or of
`seamline analyze --format json`. ORACLE_TSV has one edge per line, made by the script of the language:

    layer<TAB>from<TAB>to[<TAB>flags]     layer is import or symbol; flags are words between commas
    document<TAB>path                     files that the oracle saw; without such lines: all of them
    blind<TAB>path<TAB>line<TAB>line<TAB>class    lines of which the oracle says nothing
    unanswered<TAB>layer<TAB>from<TAB>to<TAB>class   it has no answer about this file, or folder with a slash at its end

Only edges between files that the oracle saw are judged. Prints precision and recall per layer, then
every disagreement, and whether the strongly connected components of both edge sets are equal. Counted
apart and listed, but not judged: edges that carry a label of --apart (default: cfg – branches of another
configuration, which an oracle that evaluates conditions cannot see), edges of ours that stand in blind
lines alone or about which the oracle has no answer, edges of the oracle with the flag `inferred`, and
pairs that it flags `ambiguous`.

--faults names disagreements in which the oracle is proved wrong (`layer<TAB>from<TAB>to<TAB>class`, made by a
judge such as python_judge.py). They stay in the first figures and in the lists, marked with their class; a
second row of figures takes them as decided, and counts them by class.
"""
import argparse
import collections
import json

LAYERS = {"import": "import", "reexport": "import", "reference": "symbol", "inherit": "symbol"}


def ours(path, language):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    languages = {node["id"]: node.get("language") for node in data.get("nodes", [])}
    found = {}
    for edge in data["edges"]:
        layer = LAYERS.get(edge["kind"])
        source, target = edge["from"], edge["to"]
        if layer is None or not source.startswith("file:") or not target.startswith("file:") or source == target:
            continue
        if language and languages.get(source) not in language.split(","):
            continue
        key = (layer, source[5:], target[5:])
        labels = set(edge.get("labels", []))
        # Several edges of one pair: a label counts when all of them carry it.
        known = found.get(key)
        places = edge.get("locations", [])
        kinds = {edge["kind"]} | labels
        found[key] = ((labels, places, kinds) if known is None
                      else (known[0] & labels, known[1] + places, known[2] | kinds))
    return found


def theirs(path, prefix):
    edges, seen, blind = {}, set(), collections.defaultdict(list)
    with open(path, encoding="utf-8") as file:
        for line in file:
            parts = line.rstrip("\n").split("\t")
            if parts[0] == "document":
                seen.add(prefix + parts[1])
            elif parts[0] == "blind":
                blind[prefix + parts[1]].append((int(parts[2]), int(parts[3]), parts[4]))
            elif parts[0] == "unanswered":
                blind[parts[1], prefix + parts[2]].append((prefix + parts[3], parts[4]))
            elif len(parts) >= 3 and parts[1] != parts[2]:
                flags = set(parts[3].split(",")) - {""} if len(parts) > 3 else set()
                edges[(parts[0], prefix + parts[1], prefix + parts[2])] = flags
    return edges, seen, blind


def blindness(key, places, blind):
    """Why the oracle says nothing of the edge, or of any of its places; None where it sees one of them."""
    targets = blind.get(key[:2], ())
    why = next((why for to, why in targets if key[2] == to or (to.endswith("/") and key[2].startswith(to))), None)
    reasons = [next((why for first, last, why in blind.get(key[1], ()) if first <= place["line"] <= last), None)
               for place in places]
    return why or (reasons[0] if reasons and None not in reasons else None)


def components(pairs):
    """Strongly connected components of two files or more, each a sorted tuple (Kosaraju, without recursion)."""
    forward, backward = collections.defaultdict(list), collections.defaultdict(list)
    for source, target in sorted(pairs):
        forward[source].append(target)
        backward[target].append(source)
    order, seen = [], set()
    for start in sorted(forward):
        stack = [] if start in seen else [(start, iter(forward[start]))]
        seen.add(start)
        while stack:
            node, rest = stack[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                order.append(stack.pop()[0])
            else:
                seen.add(following)
                stack.append((following, iter(forward.get(following, ()))))
    found, taken = set(), set()
    for start in reversed(order):
        members, stack = [], [start] if start not in taken else []
        taken.add(start)
        while stack:
            members.append(stack.pop())
            fresh = [one for one in backward.get(members[-1], ()) if one not in taken]
            taken.update(fresh)
            stack.extend(dict.fromkeys(fresh))
        if len(members) > 1:
            found.add(tuple(sorted(members)))
    return found


def compare_components(layer, left, right):
    mine, wanted = (components({key[1:] for key in keys}) for keys in (left, right))
    verdict = "equal" if mine == wanted else "DIFFERENT"
    print(f"  components of the {layer} layer: ours {len(mine)} theirs {len(wanted)} {verdict}")
    for title, one, other in (("ours", mine, wanted), ("theirs", wanted, mine)):
        for members in sorted(one - other):
            near = max(other, key=lambda known: len(set(known) & set(members)), default=())
            print(f"    only {title}: {len(members)} files; beyond the nearest of the other side: "
                  f"{sorted(set(members) - set(near))[:10]}")


def show_kinds(mine, oracle, both, extra, missing):
    """How many edges of each kind and label of ours, and of each flag of theirs, the other side has."""
    tally = lambda keys, of: collections.Counter(kind for key in keys for kind in of(key))
    good, bad = (tally(keys, lambda key: mine[key][2]) for keys in (both, extra))
    kinds = [f"{kind} {good[kind]}/{good[kind] + bad[kind]}" for kind in sorted(good | bad)]
    print(f"  ours confirmed, by kind: {', '.join(kinds)}")
    good, bad = (tally(keys, lambda key: oracle[key] or {"plain"}) for keys in (both, missing))
    flags = [f"{flag} {good[flag]}/{good[flag] + bad[flag]}" for flag in sorted(good | bad)]
    print(f"  theirs found, by flag: {', '.join(flags)}")


def show(title, keys, places, limit, faults=()):
    print(f"  {title}: {len(keys)}")
    for key in sorted(keys)[:limit]:
        where = places.get(key, [])
        place = f"  at {where[0]['line']}:{where[0]['column']}" if where else ""
        fault = f"  [{faults[key]}]" if key in faults else ""
        print(f"    {key[1]} -> {key[2]}{place}{fault}")
    if len(keys) > limit:
        print(f"    … {len(keys) - limit} more (--list)")


def proved(path):
    """Disagreements in which the oracle is wrong, by class."""
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return {tuple(row[:3]): row[3] for row in rows}


def number(value):
    return "-" if value is None else f"{value:.4f}"


def figures(both, extra, missing):
    precision = both / (both + extra) if both or extra else None
    recall = both / (both + missing) if both or missing else None
    return f"precision {number(precision)} recall {number(recall)}"


def show_decided(layer, both, extra, missing, faults):
    """The figures once more, with the proved faults of the oracle taken as decided."""
    right, wrong = {key for key in extra if key in faults}, {key for key in missing if key in faults}
    classes = collections.Counter(("ours " if key in right else "theirs ") + faults[key] for key in right | wrong)
    print(f"  {layer}, {len(right) + len(wrong)} proved faults of the oracle decided: "
          f"{figures(len(both | right), len(extra - right), len(missing - wrong))} "
          f"only ours {len(extra - right)} only theirs {len(missing - wrong)}; by class {dict(sorted(classes.items()))}")
    compare_components(layer, both | extra, both | right | (missing - wrong))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seamline")
    parser.add_argument("oracle")
    parser.add_argument("--prefix", default="", help="folder of the oracle's paths in the analysis, with a slash")
    parser.add_argument("--apart", default="cfg")
    parser.add_argument("--language", help="judge edges from files of these languages only, separated by commas")
    parser.add_argument("--faults", help="disagreements in which the oracle is proved wrong, by class")
    parser.add_argument("--list", type=int, default=1_000_000)
    options = parser.parse_args()
    apart = set(options.apart.split(",")) - {""}
    mine = ours(options.seamline, options.language)
    oracle, seen, blind = theirs(options.oracle, options.prefix)
    faults = proved(options.faults)
    judged = lambda key: not seen or (key[1] in seen and key[2] in seen)
    for layer in ("import", "symbol"):
        if not any(key[0] == layer for key in oracle):
            continue
        left = {key for key in mine if key[0] == layer and judged(key)}
        right = {key for key in oracle if key[0] == layer and judged(key)}
        unsure = {key for key in right if "ambiguous" in oracle[key]}
        left, right = left - unsure, right - unsure
        inferred = {key for key in right - left if "inferred" in oracle[key]}
        other = {key for key in left - right if mine[key][0] & apart}
        hidden = {key: blindness(key, mine[key][1], blind) for key in left - right - other}
        hidden = {key: why for key, why in hidden.items() if why}
        both, extra, missing = left & right, left - right - other - set(hidden), right - left - inferred
        print(f"{layer}: {figures(len(both), len(extra), len(missing))} both {len(both)} "
              f"only ours {len(extra)} only theirs {len(missing)} "
              f"apart: {sorted(apart)} {len(other)}, inferred {len(inferred)}, ambiguous {len(unsure)}, "
              f"blind {dict(sorted(collections.Counter(hidden.values()).items()))}")
        labels = collections.Counter(label for key in extra for label in mine[key][0])
        if labels:
            print(f"  labels of ours: {dict(sorted(labels.items()))}")
        show_kinds(mine, oracle, both, extra, missing)
        compare_components(layer, both | extra, both | missing)
        if faults:
            show_decided(layer, both, extra, missing, faults)
        places = {key: value[1] for key, value in mine.items()}
        show("only ours", extra, places, options.list, faults)
        show("only theirs", missing, {}, options.list, faults)
        show("apart, ours by label", other, places, options.list)
        show("apart, ours where the oracle is blind", set(hidden), places, options.list, hidden)
        show("apart, theirs by inference", inferred, {}, min(options.list, 20))


if __name__ == "__main__":
    main()
