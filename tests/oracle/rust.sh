#!/bin/sh
# Precision and recall of the Rust edges of CHECKOUT against rust-analyzer's SCIP index.
# usage: rust.sh CHECKOUT   (needs rust-analyzer, python3 and a built seamline on the PATH)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rust-analyzer scip "$checkout" --output "$work/index.scip" >"$work/log" 2>&1
python3 "$here/rust.py" "$work/index.scip" "$checkout" >"$work/oracle.tsv"
seamline graph "$checkout" --level file --format json --no-git >"$work/ours.json"
python3 "$here/compare.py" "$work/ours.json" "$work/oracle.tsv" --language rust
