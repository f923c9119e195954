#!/bin/bash
# Runs one system on loopback, puts it under load and records its spans:
#   record.sh FOLDER NAME:PORT:DATABASE...
# The first service is the one that readers talk to; each writes FOLDER/traces/NAME.jsonl.
set -euo pipefail
system=$1; shift
export TRACES_DIR=$system/traces
bin=${CARGO_TARGET_DIR:-$system/target}/debug
data=$(mktemp -d)
pids=()
stop() { kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$data"; }
trap stop EXIT

cargo build --locked --manifest-path "$system/Cargo.toml"
rm -rf "$TRACES_DIR"; mkdir "$TRACES_DIR"
front=
for service in "$@"; do
  IFS=: read -r name port database <<<"$service"
  PORT=$port DATABASE_URL=sqlite://$data/$database.db "$bin/$name" & pids+=($!)
  curl --retry 50 --retry-delay 0 --retry-max-time 10 --retry-connrefused -sf -o /dev/null "http://127.0.0.1:$port/health"
  front=${front:-http://127.0.0.1:$port}
done
python3 "$(dirname "$0")/load.py" "$front"
