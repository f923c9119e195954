#!/bin/bash
# Paired runs: our fold against the yardsticks and peers, on generated files.
# usage: tests/bench/traces/run.sh BENCH_TRACES_BINARY DIRECTORY [ROUNDS]
# BENCH_TRACES_BINARY: target/release/examples/bench-traces; peers that are not installed are left out.
set -eu
bench=$1 dir=$2 rounds=${3:-5}
here=$(dirname "$0")
mkdir -p "$dir"
[ -f "$dir/otlp-1g.jsonl" ] || "$bench" generate otlp 1050000000 "$dir/otlp-1g.jsonl"
[ -f "$dir/jaeger-500m.json" ] || "$bench" generate jaeger 500000000 "$dir/jaeger-500m.json"
for file in "$dir/otlp-1g.jsonl" "$dir/jaeger-500m.json"; do cat "$file" > /dev/null; done

echo "== pairs (one line per run; compare neighbours)"
for round in $(seq "$rounds"); do
  echo "fold-otlp   $("$bench" fold "$dir/otlp-1g.jsonl")"
  echo "sonic-2     $("$bench" sonic "$dir/otlp-1g.jsonl" 2)"
  echo "fold-otlp-1 $(taskset -c 0 "$bench" fold "$dir/otlp-1g.jsonl")"
  echo "sonic-1     $(taskset -c 0 "$bench" sonic "$dir/otlp-1g.jsonl" 1)"
  echo "fold-jaeger $("$bench" fold "$dir/jaeger-500m.json")"
  echo "serde       $("$bench" serde-jaeger "$dir/jaeger-500m.json")"
done

echo "== peers"
if command -v jq > /dev/null; then
  /usr/bin/time -f "jq wall_s=%e peak_kib=%M" jq -c '.resourceSpans[] | (.resource.attributes[] | select(.key=="service.name") | .value.stringValue) as $s | .scopeSpans[].spans[] | [.traceId,.spanId,.parentSpanId,$s]' "$dir/otlp-1g.jsonl" > /dev/null
fi
if python3 -c 'import duckdb' 2> /dev/null; then
  /usr/bin/time -f "duckdb wall_s=%e peak_kib=%M" python3 "$here/duckdb_edges.py" "$dir/otlp-1g.jsonl"
fi

echo "== linear?"
for part in 4 2 1; do
  bytes=$((1050000000 / part))
  head -c "$bytes" "$dir/otlp-1g.jsonl" | sed '$d' > "$dir/part.jsonl"
  echo "1/$part $("$bench" fold "$dir/part.jsonl" 2> /dev/null)"
done
rm -f "$dir/part.jsonl"
