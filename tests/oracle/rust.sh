#!/bin/sh
# Precision and recall of the Rust edges of CHECKOUT against rust-analyzer's SCIP index, and of its crates
# against cargo metadata.
# usage: rust.sh CHECKOUT [INDEX.scip]   (needs rust-analyzer unless there is an index, cargo, python3 and a
#        built seamline on the PATH)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
index=${2:-$work/index.scip}
[ -f "$index" ] || rust-analyzer scip "$checkout" --output "$index" >"$work/log" 2>&1
(cd "$checkout" && cargo metadata --no-deps --format-version 1 --offline >"$work/metadata.json")
python3 "$here/rust.py" "$index" "$checkout" "$work/metadata.json" >"$work/oracle.tsv"
seamline graph "$checkout" --level file --format json --no-git >"$work/ours.json"
python3 "$here/compare.py" "$work/ours.json" "$work/oracle.tsv" --language rust
python3 "$here/rust_crates.py" "$work/ours.json" "$work/metadata.json"
