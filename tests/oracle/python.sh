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
python3 "$here/python_edges.py" "$root" --package "$package" ${jedi:+--jedi "$jedi"} --ruff "$work/ruff.tsv" >"$work/theirs.tsv"
echo "grimp (import) and jedi (symbol):"
python3 "$here/compare.py" "$work/ours.json" "$work/theirs.tsv" --language python --apart dynamic
echo "ruff analyze graph (import):"
python3 "$here/compare.py" "$work/ours.json" "$work/ruff.tsv" --language python --apart dynamic
