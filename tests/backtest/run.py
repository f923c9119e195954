#!/usr/bin/env python3
"""Compare proposals with cuts that maintainers really made.

usage: run.py CASES.json CHECKOUTS_DIR [--seamline PROGRAM] [--no-git] [--intent library] [--views A,B]
              [--out DIR] [--saved DIR]

CASES.json is a list of {name, repo, parent_commit, source_root, groups: [{group, tier, moved: [path]}]}.
CHECKOUTS_DIR/<name> is a checkout of parent_commit (with its .git for the history up to it only).
A group is hit at k when one of the first k proposals has a Jaccard similarity of at least .5 with
the files that were really moved. Paths that the proposals cannot hold (tests, other languages) count
against the tool, as they stand in `moved`. --out keeps the proposals, --saved judges those kept before;
--views leaves the other views out, for an ablation.
"""
import argparse
import collections
import json
import os
import subprocess
import sys
import time

LEVELS = (1, 5, 10)
ANY = 200


def jaccard(a, b):
    both = len(a & b)
    return both / (len(a) + len(b) - both) if both else 0.0


def propose(options, case):
    """All proposals of one checkout, best first; paths relative to the checkout."""
    if options.saved:
        with open(os.path.join(options.saved, case["name"] + ".json"), encoding="utf-8") as file:
            return json.load(file)["boundaries"], 0.0
    checkout = os.path.join(options.checkouts, case["name"])
    command = [options.seamline, "boundaries", checkout, "--within", case["source_root"],
               "--intent", options.intent, "--top", str(ANY), "--format", "json"]
    command += ["--no-git"] if options.no_git else []
    command += ["--views", options.views] if options.views else []
    began = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{case['name']}: exit code {done.returncode}: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return [], time.time() - began
    if options.out:
        with open(os.path.join(options.out, case["name"] + ".json"), "w", encoding="utf-8") as file:
            file.write(done.stdout)
    return json.loads(done.stdout)["boundaries"], time.time() - began


def judge(truth, proposals):
    """(rank of the first hit or None, best similarity, rank of the best, its proposal)."""
    likeness = [jaccard(truth, set(proposal["members"])) for proposal in proposals]
    first = next((at + 1 for at, value in enumerate(likeness) if value >= 0.5), None)
    best = max(range(len(likeness)), key=lambda at: likeness[at], default=None)
    if best is None:
        return None, 0.0, None, None
    return first, likeness[best], best + 1, proposals[best]


def explain(truth, first, best, at, proposal):
    """Why a group was missed at 10, in one line."""
    if proposal is None:
        return "no proposal at all"
    members = set(proposal["members"])
    extra, lost = sorted(members - truth), sorted(truth - members)
    shown = lambda paths: ", ".join(os.path.basename(path) for path in paths[:4]) + (" …" if len(paths) > 4 else "")
    return (f"best {best:.2f} at rank {at} ({proposal['name']}, {proposal['source']}): "
            f"{len(lost)} missing [{shown(lost)}], {len(extra)} too many [{shown(extra)}]"
            + (f"; found, but first at rank {first}" if first else "; no candidate reaches .5"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases")
    parser.add_argument("checkouts")
    parser.add_argument("--seamline", default="target/release/seamline")
    parser.add_argument("--intent", default="library")
    parser.add_argument("--no-git", action="store_true")
    parser.add_argument("--views")
    parser.add_argument("--out")
    parser.add_argument("--saved")
    options = parser.parse_args()
    if options.out:
        os.makedirs(options.out, exist_ok=True)
    with open(options.cases, encoding="utf-8") as file:
        cases = json.load(file)
    tiers = collections.defaultdict(lambda: [0] * (len(LEVELS) + 2))
    sources, misses = collections.Counter(), []
    for case in cases:
        proposals, seconds = propose(options, case)
        for group in case["groups"]:
            truth = set(group["moved"])
            first, best, at, proposal = judge(truth, proposals)
            print(f"{group['group']:38} {group['tier']:7} first {first or '-':>4}  best {best:.2f} at {at or '-':>4}"
                  f"  of {len(proposals):3}  {seconds:5.1f} s", flush=True)
            for row in (tiers[group["tier"]], tiers["all"]):
                row[0] += 1
                for column, level in enumerate(LEVELS):
                    row[column + 1] += bool(first and first <= level)
                row[-1] += bool(first)
            if first and first <= 10:
                sources.update(proposals[first - 1]["source"].split("+"))
            else:
                misses.append((group["group"], explain(truth, first, best, at, proposal)))
    print(f"\n{'tier':8} groups  @1  @5 @10 any")
    for tier in ("easy", "medium", "hard", "all"):
        if tier in tiers:
            print(f"{tier:8} {tiers[tier][0]:6} " + " ".join(f"{count:3}" for count in tiers[tier][1:]))
    print("\nhits at 10 by the views that found them (a set may have several):")
    for source, count in sources.most_common():
        print(f"  {source:14} {count}")
    print("\nmissed at 10:")
    for group, why in misses:
        print(f"  {group}: {why}")


if __name__ == "__main__":
    main()
