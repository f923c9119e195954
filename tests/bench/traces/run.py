"""Paired runs: our fold against the yardsticks and peers, on generated files.

usage: run.py BENCH_TRACES DIRECTORY [ROUNDS] [PART...]
BENCH_TRACES is target/dist/examples/bench-traces; parts are pairs, linear, one, peers (all unless given).
Each line gives wall and processor seconds and the peak resident set of one command: the median of all rounds,
the smallest in brackets. Ratios are medians over neighbouring runs. On a busy machine compare processor time.
Peers that are not installed are left out; duckdb is looked for in the Python that runs this.
"""
import os
import shutil
import statistics
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH, DIRECTORY = sys.argv[1], sys.argv[2]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 5
PARTS = sys.argv[4:] or ["pairs", "linear", "one", "peers"]
GIGA = 1_050_000_000
JQ = ('.resourceSpans[] | (.resource.attributes[] | select(.key=="service.name") | .value.stringValue) as $s '
      '| .scopeSpans[].spans[] | [.traceId,.spanId,.parentSpanId,$s]')


def run(command, core=None):
    """Wall seconds, processor seconds, peak MiB."""
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        if core is not None:
            os.sched_setaffinity(0, {core})
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def shown(name, runs):
    walls, cpus, peaks = zip(*runs)
    print(f"{name:28} wall {statistics.median(walls):7.2f} ({min(walls):6.2f}) s   "
          f"cpu {statistics.median(cpus):7.2f} ({min(cpus):6.2f}) s   peak {max(peaks):6.0f} MiB", flush=True)


def pair(name, ours, other_name, other, rounds=ROUNDS, core=None):
    """Runs both in turn; prints both and how many times faster ours is."""
    both = [(run(ours, core), run(other, core)) for _ in range(rounds)]
    mine, theirs = zip(*both)
    shown(name, mine)
    shown(other_name, theirs)
    walls = statistics.median(b[0] / a[0] for a, b in both)
    cpus = statistics.median(b[1] / a[1] for a, b in both)
    best = min(b[1] for b in theirs) / min(a[1] for a in mine)
    print(f"  -> {name} against {other_name}: {walls:.2f}x by wall, {cpus:.2f}x by cpu (smallest: {best:.2f}x)", flush=True)


def made(kind, size, name):
    path = os.path.join(DIRECTORY, name)
    if not os.path.exists(path):
        run([BENCH, "generate", kind, str(size), path])
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass
    return path


os.makedirs(DIRECTORY, exist_ok=True)
OTLP = made("otlp", GIGA, "otlp-1g.jsonl")
JAEGER = made("jaeger", GIGA, "jaeger-1g.json")
fold = lambda path: [BENCH, "fold", path]
if "pairs" in PARTS:
    print("== P7: OTLP lines, 1.05 GB; sonic parses only, and reads the file whole")
    pair("fold otlp, 1 core", fold(OTLP), "sonic, 1 core", [BENCH, "sonic", OTLP, "1"], core=0)
    pair("fold otlp, 2 threads", fold(OTLP), "fold otlp, 1 core", ["taskset", "-c", "0", *fold(OTLP)])
    print("== P8: one Jaeger document, 1.05 GB; serde parses only")
    pair("fold jaeger, 1 core", fold(JAEGER), "serde, 1 core", [BENCH, "serde-jaeger", JAEGER], core=0)
if "linear" in PARTS:
    print("== linear in the number of spans")
    for part in (16, 4, 1):
        path = made("otlp", GIGA // part, "otlp-1g.jsonl" if part == 1 else f"otlp-{part}.jsonl")
        shown(f"1/{part}", [run(fold(path)) for _ in range(min(ROUNDS, 3))])
if "one" in PARTS:
    print("== one trace")
    for kind in ("chain", "star", "random"):
        for count in (62_500, 250_000, 1_000_000, 2_000_000):
            path = made(kind, count, f"{kind}-{count}.jsonl")
            shown(f"{kind} of {count}", [run(fold(path)) for _ in range(min(ROUNDS, 3))])
if "peers" in PARTS:
    print("== peers, OTLP lines, 1.05 GB")
    if shutil.which("jq"):
        pair("fold otlp", fold(OTLP), "jq (extract only)", ["jq", "-c", JQ, OTLP], rounds=1)
    try:
        import duckdb
        peer = [sys.executable, os.path.join(HERE, "duckdb_edges.py"), OTLP]
        pair("fold otlp", fold(OTLP), f"duckdb {duckdb.__version__}", peer, rounds=1)
    except ImportError:
        print("duckdb is not installed")
