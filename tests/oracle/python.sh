#!/bin/sh
# Compares Seamline's Python edges with those of grimp, jedi, ruff and the interpreter.
# usage: python.sh ROOT PACKAGE[=FOLDER] [JEDI_FOLDER [MODULE|--all PACKAGE_FOLDER …]]   (SEAMLINE names the program)
# MODULEs (with --all every one of a package) are imported with tracing; their dependencies must be installed.
# needs: pip install grimp==3.19 jedi==0.20.1 ruff
set -eu
here=$(dirname "$0")
root=$1 package=$2 jedi=${3:-}
[ $# -gt 3 ] && shift 3 || shift $#
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${SEAMLINE:-seamline}" graph "$root" --level file --no-git --format json >"$work/ours.json"
python3 "$here/python_edges.py" "$root" --package "$package" --ruff "$work/ruff.tsv" >"$work/grimp.tsv"
folder=${package#*=}
[ "$folder" = "$package" ] && folder=.
judged() {
  python3 "$here/python_judge.py" "$root" "$work/ours.json" "$1" --path "$folder" >"$work/faults.tsv"
  python3 "$here/compare.py" "$work/ours.json" "$1" --language python --apart dynamic --faults "$work/faults.tsv"
}
echo "grimp (import):"
judged "$work/grimp.tsv"
if [ -n "$jedi" ]; then
  python3 "$here/python_edges.py" "$root" --jedi "$jedi" >"$work/jedi.tsv"
  echo "jedi (symbol):"
  python3 "$here/compare.py" "$work/ours.json" "$work/jedi.tsv" --language python --apart dynamic
fi
echo "ruff analyze graph (import):"
judged "$work/ruff.tsv"
if [ $# -gt 0 ]; then
  python3 "$here/python_runtime.py" "$root" --path "$folder" "$@" >"$work/run.tsv"
  echo "interpreter (import and symbol; only recall says something):"
  python3 "$here/compare.py" "$work/ours.json" "$work/run.tsv" --language python --apart dynamic,type-only
fi
