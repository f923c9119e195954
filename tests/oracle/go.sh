#!/bin/sh
# Precision and recall of the Go edges of CHECKOUT against go/types, and of its packages against go list.
# usage: go.sh CHECKOUT [PATTERN…]   (needs go, python3 and a built seamline on the PATH)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here/go_edges" && go build -o "$work/go_edges" .)
[ $# -gt 0 ] || set -- ./...
(cd "$checkout" && "$work/go_edges" "$@" >"$work/oracle.tsv" 2>"$work/log") || true
(cd "$checkout" && go list -e -json=ImportPath,Dir,Imports,TestImports,XTestImports,ImportMap "$@" >"$work/packages.json" 2>>"$work/log") || true
grep -c "type error" "$work/log" | sed 's/^/type errors of the oracle: /' || true
seamline graph "$checkout" --level file --format json --no-git >"$work/ours.json"
python3 "$here/compare.py" "$work/ours.json" "$work/oracle.tsv" --language go --apart ''
python3 "$here/go_packages.py" "$work/ours.json" "$work/packages.json" "$checkout"
