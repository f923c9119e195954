#!/bin/sh
# Compares Seamline's TypeScript edges with those of the TypeScript compiler.
# usage: TS_LIB=…/node_modules/typescript typescript.sh ROOT [tsconfig.json …] [--rest]   (SEAMLINE names the program)
# Referenced projects are followed; packages of the workspace are linked and outputs led back to their sources.
# needs: npm i typescript@5.9
set -eu
here=$(dirname "$0")
root=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${SEAMLINE:-seamline}" graph "$root" --level file --no-git --format json >"$work/ours.json"
node "$here/typescript_edges.js" "$root" "$@" >"$work/theirs.tsv"
python3 "$here/compare.py" "$work/ours.json" "$work/theirs.tsv" --language typescript,javascript --apart dynamic
