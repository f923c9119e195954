#!/usr/bin/env python3
"""Compare proposals with cuts that maintainers really made.

usage: run.py CASES.json CHECKOUTS_DIR [--seamline PROGRAM] [--history without|with|both] [--intent library]
              [--views A,B] [--ablate] [--out DIR] [--saved DIR]

CASES.json is a list of {name, repo, parent_commit, source_root, groups: [{group, tier, moved: [path]}]},
each with its language if tables by language are wanted.
CHECKOUTS_DIR/<name> is a checkout of parent_commit (with its .git for the history up to it only).
A group is hit at k when one of the first k proposals has a Jaccard similarity of at least .5 with
the files that were really moved. Paths that the proposals cannot hold (tests, other languages) count
against the tool, as they stand in `moved`. --out keeps the proposals, --saved judges those kept before;
--views leaves the other views out; --ablate runs with each view left out and with each alone.
"""
import argparse
import collections
import json
import os
import subprocess
import sys

LEVELS = (1, 5, 10)
ANY = 200
TIERS = ("easy", "medium", "hard")
VIEWS = ("directories", "folders", "references", "changes", "words", "mixed", "closures", "cuts")

Row = collections.namedtuple("Row", "group tier language first best at proposal truth count")


def jaccard(a, b):
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


def propose(options, case, history, views):
    """All proposals of one checkout, best first; paths relative to the checkout."""
    kept = f"{case['name']}.{history}.json"
    if options.saved:
        with open(os.path.join(options.saved, kept), encoding="utf-8") as file:
            return json.load(file)["boundaries"]
    command = [options.seamline, "boundaries", os.path.join(options.checkouts, case["name"]),
               "--within", case["source_root"], "--intent", options.intent, "--top", str(ANY), "--format", "json"]
    command += ["--no-git"] if history == "without" else []
    command += ["--views", views] if views else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{case['name']}: exit code {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return []
    if options.out and not options.ablate:
        with open(os.path.join(options.out, kept), "w", encoding="utf-8") as file:
            file.write(done.stdout)
    return json.loads(done.stdout)["boundaries"]


def judge(case, group, proposals):
    """The rank of the first hit, the best similarity with its rank and its proposal."""
    truth = set(group["moved"])
    likeness = [jaccard(truth, set(proposal["members"])) for proposal in proposals]
    first = next((at + 1 for at, value in enumerate(likeness) if value >= 0.5), None)
    best = max(range(len(likeness)), key=lambda at: likeness[at], default=None)
    shown = (0.0, None, None) if best is None else (likeness[best], best + 1, proposals[best])
    return Row(group["group"], group["tier"], case.get("language"), first, *shown, truth, len(proposals))


def measure(options, cases, history, views=None):
    rows = []
    for case in cases:
        proposals = propose(options, case, history, views)
        rows += [judge(case, group, proposals) for group in case["groups"]]
    return rows


def hits(rows):
    """Hits at each level and at any rank, as `1/5/10/any`."""
    at = lambda level: sum(bool(row.first and row.first <= level) for row in rows)
    return "/".join(str(at(level)) for level in (*LEVELS, ANY))


def explain(row):
    """Why a group was missed at 10, in one line."""
    if row.proposal is None:
        return "no proposal at all"
    members = set(row.proposal["members"])
    extra, lost = sorted(members - row.truth), sorted(row.truth - members)
    shown = lambda paths: ", ".join(os.path.basename(path) for path in paths[:4]) + (" …" if len(paths) > 4 else "")
    return (f"best {row.best:.2f} at rank {row.at} ({row.proposal['name']}, {row.proposal['source']}): "
            f"{len(lost)} missing [{shown(lost)}], {len(extra)} too many [{shown(extra)}]"
            + (f"; found, but first at rank {row.first}" if row.first else "; no candidate reaches .5"))


def tables(runs):
    """Hits by tier and by language, one column for each kind of history."""
    some = next(iter(runs.values()))
    parts = [(tier, lambda row, tier=tier: row.tier == tier) for tier in TIERS]
    languages = sorted({row.language for row in some if row.language})
    parts += [(language, lambda row, language=language: row.language == language) for language in languages]
    print(f"\n{'hits at 1/5/10/any':20} groups  " + "".join(f"{history + ' history':18}" for history in runs))
    for name, belongs in [*parts, ("all", lambda row: True)]:
        if count := sum(map(belongs, some)):
            cells = "".join(f"{hits([row for row in rows if belongs(row)]):18}" for rows in runs.values())
            print(f"{name:20} {count:6}  {cells}")


def details(history, rows):
    print(f"\n{history} history")
    for row in rows:
        print(f"{row.group:38} {row.tier:7} first {row.first or '-':>4}  best {row.best:.2f} at {row.at or '-':>4}"
              f"  of {row.count:3}")
    found = [row for row in rows if row.first and row.first <= 10]
    sources = collections.Counter(source for row in found for source in row.proposal["source"].split("+"))
    print("views of the best proposals for what is hit at 10: "
          + ", ".join(f"{source} {count}" for source, count in sources.most_common()))
    for row in rows:
        if not row.first or row.first > 10:
            print(f"  missed {row.group}: {explain(row)}")


def ablate(options, cases, histories):
    """Each view left out and alone: hits over all groups, then by tier."""
    for label, chosen in (("without", lambda view: ",".join(other for other in VIEWS if other != view)),
                          ("only", lambda view: view)):
        for view in VIEWS:
            for history in histories:
                rows = measure(options, cases, history, chosen(view))
                tiers = "  ".join(f"{tier} {hits([row for row in rows if row.tier == tier])}" for tier in TIERS)
                print(f"{label:7} {view:12} {history:7} history: all {hits(rows)}  {tiers}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases")
    parser.add_argument("checkouts")
    parser.add_argument("--seamline", default="target/release/seamline")
    parser.add_argument("--intent", default="library")
    parser.add_argument("--history", choices=("without", "with", "both"), default="both")
    parser.add_argument("--views")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--out")
    parser.add_argument("--saved")
    options = parser.parse_args()
    if options.out:
        os.makedirs(options.out, exist_ok=True)
    with open(options.cases, encoding="utf-8") as file:
        cases = json.load(file)
    histories = ("without", "with") if options.history == "both" else (options.history,)
    if options.ablate:
        ablate(options, cases, histories)
        return
    runs = {history: measure(options, cases, history, options.views) for history in histories}
    for history, rows in runs.items():
        details(history, rows)
    tables(runs)


if __name__ == "__main__":
    main()
