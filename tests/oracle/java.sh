#!/bin/sh
# Precision and recall of the Java edges of CHECKOUT against javac.
# usage: java.sh CHECKOUT [FILES [javac option…]]   (FILES lists the sources, one a line, relative to CHECKOUT;
#        without it, all below a src/main/java; needs a JDK, python3 and a built seamline on the PATH;
#        modules with twin classes: one run each)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ $# -gt 1 ]; then
  files=$(realpath "$2")
  shift 2
else
  files=$work/files
  (cd "$checkout" && git ls-files '*src/main/java/*.java' >"$files")
  shift
fi
javac -d "$work" "$here/java_edges/JavaEdges.java"
(cd "$checkout" && java -cp "$work" JavaEdges . "$@" "@$files" >"$work/oracle.tsv")
seamline graph "$checkout" --level file --format json --no-git >"$work/ours.json"
python3 "$here/compare.py" "$work/ours.json" "$work/oracle.tsv" --language java --apart ''
