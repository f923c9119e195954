#!/bin/sh
# Two commands in alternating pairs: median of the quotients of CPU time and of wall time, and the peaks.
# usage: tests/bench/parse.sh PAIRS 'COMMAND A' 'COMMAND B'
# README.md beside it has the commands of each target.
set -eu
pairs=$1 a=$2 b=$3
once() {
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" sh -c "$1" >/dev/null 2>"$work/log" || cat "$work/log" >&2
    awk 'END { print $1, $2 + $3, $4 / 1024 }' "$work/time"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
once "$a" >/dev/null
once "$b" >/dev/null
for _ in $(seq "$pairs"); do
    echo "$(once "$a") $(once "$b")"
done | awk '
    function median(list, count,    i, j, t) {
        for (i = 2; i <= count; i++)
            for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
    }
    { wall[NR] = $1 / $4; cpu[NR] = $2 / $5; aw[NR] = $1; bw[NR] = $4; ac[NR] = $2; bc[NR] = $5
      am = $3 > am ? $3 : am; bm = $6 > bm ? $6 : bm }
    END { printf "CPU ratio %.2f  (%.2f s / %.2f s)   wall ratio %.2f  (%.2f s / %.2f s)   peak %.0f / %.0f MiB   pairs %d\n",
          median(cpu, NR), median(ac, NR), median(bc, NR), median(wall, NR), median(aw, NR), median(bw, NR), am, bm, NR }'
