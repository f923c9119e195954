#!/bin/sh
# Precision and recall of the Java edges of CHECKOUT against javac.
# usage: java.sh CHECKOUT FILES   (FILES lists the sources, one a line, relative to CHECKOUT;
#        needs a JDK, python3 and a built seamline on the PATH; modules with twin classes: one run each)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
checkout=$1
files=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
javac -d "$work" "$here/java_edges/JavaEdges.java"
(cd "$checkout" && java -cp "$work" JavaEdges . "@$files" >"$work/oracle.tsv")
seamline graph "$checkout" --level file --format json --no-git >"$work/ours.json"
python3 "$here/compare.py" "$work/ours.json" "$work/oracle.tsv" --language java --apart ''
