#!/bin/sh
# Compares Seamline's Python edges with those of grimp, jedi and ruff.
# usage: python.sh ROOT PACKAGE[=FOLDER] [JEDI_FOLDER]      (SEAMLINE names the program)
# needs: pip install grimp==3.19 jedi==0.20.1 ruff
set -eu
here=$(dirname "$0")
root=$1 package=$2 jedi=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${SEAMLINE:-seamline}" graph "$root" --level file --format json >"$work/ours.json"
python3 "$here/python_edges.py" "$root" --package "$package" --ruff "$work/ruff.tsv" >"$work/grimp.tsv"
echo "grimp (import):"
python3 "$here/compare.py" "$work/ours.json" "$work/grimp.tsv" --language python --apart dynamic
if [ -n "$jedi" ]; then
  python3 "$here/python_edges.py" "$root" --jedi "$jedi" >"$work/jedi.tsv"
  echo "jedi (symbol):"
  python3 "$here/compare.py" "$work/ours.json" "$work/jedi.tsv" --language python --apart dynamic
fi
echo "ruff analyze graph (import):"
python3 "$here/compare.py" "$work/ours.json" "$work/ruff.tsv" --language python --apart dynamic
