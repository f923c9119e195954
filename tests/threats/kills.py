#!/usr/bin/env python3
"""Kills runs that write a report, each at another instant: kills.py PROGRAM FOLDER [COUNT]

A report is there whole or not at all, and an older one stays as it was; what is half-written is
called `.seamline-*` and is gone after a termination signal, while nothing can tidy up after SIGKILL.
"""
import pathlib, random, signal, subprocess, sys, tempfile, time

program, folder = sys.argv[1:3]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 500
chance = random.Random(21)
with tempfile.TemporaryDirectory() as home:
    out = pathlib.Path(home, "out.html")
    command = [program, "report", folder, "--no-git", "-q", "-o", str(out)]
    start = time.monotonic()
    subprocess.run(command, check=True)
    whole, longest = out.read_bytes(), time.monotonic() - start
    finished = torn = left = 0
    for turn in range(count):
        before = b"older" if turn % 2 else None
        out.write_bytes(before) if before else out.unlink(missing_ok=True)
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 1.1 * longest))
        kind = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
        run.send_signal(kind)
        run.wait()
        found = out.read_bytes() if out.exists() else None
        finished += found == whole
        torn += found not in (before, whole)
        for part in pathlib.Path(home).glob(".seamline-*"):
            left += kind != signal.SIGKILL
            part.unlink()
print(f"{count} kills within {longest:.2f} s: {finished} reports finished, {torn} torn, {left} parts left behind")
sys.exit(bool(torn or left))
