#!/usr/bin/env python3
"""Runs on copies of a folder made in another order each time: shuffled.py PROGRAM FOLDER [COUNT]

The order of creation is the order in which a folder lists its files on many file systems; the copy has
another path, the run another number of threads, time zone, locale and mask each time. One hash must come out.
"""
import collections, hashlib, os, pathlib, random, shutil, subprocess, sys, tempfile

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
count = int(sys.argv[3]) if len(sys.argv) > 3 else 100
chance = random.Random(40)
files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
hashes = collections.Counter()
for turn in range(count):
    with tempfile.TemporaryDirectory() as home:
        copy = pathlib.Path(home, "d" * chance.randrange(1, 9), folder.name)
        for path in chance.sample(files, len(files)):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, copy / path)
        around = {"PATH": os.environ["PATH"], "TZ": chance.choice(["UTC", "Asia/Tokyo"]), "LC_ALL": chance.choice(["C", "tr_TR.UTF-8"])}
        threads = str((1, 2, 8)[turn % 3])
        command = [program, "analyze", str(copy), "--no-git", "-q", "--format", "json", "--threads", threads]
        run = subprocess.run(command, capture_output=True, check=True, env=around, umask=chance.choice([0o022, 0o077]))
        hashes[hashlib.sha256(run.stdout).hexdigest()] += 1
print(f"{count} runs on {len(files)} files:", ", ".join(f"{of[:12]} {times} times" for of, times in hashes.items()))
sys.exit(len(hashes) != 1)
