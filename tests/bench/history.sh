#!/bin/sh
# Target P9: reading a history against `git log --raw` on the same repository, in alternating pairs.
# usage: tests/bench/history.sh REPOSITORY [PAIRS] [THREADS] [off|exact|similar]
# Prints the median of the pairwise quotients (wall time) and both medians.
set -eu
repository=$1 pairs=${2:-5} threads=${3:-2} renames=${4:-off}
cargo build -q --profile dist --example bench-history
program=$(dirname "$0")/../../target/dist/examples/bench-history

seconds() {
    start=$(date +%s%N)
    "$@" > /dev/null
    end=$(date +%s%N)
    echo $((end - start))
}

seconds git -C "$repository" log --raw -z --no-renames --no-merges > /dev/null
for _ in $(seq "$pairs"); do
    base=$(seconds git -C "$repository" log --raw -z --no-renames --no-merges)
    ours=$(seconds "$program" "$repository" "$threads" "$renames")
    echo "$ours $base"
done | awk '
    function median(list, count,    i, j, t) {
        for (i = 2; i <= count; i++)
            for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
    }
    { ours[NR] = $1 / 1e9; base[NR] = $2 / 1e9; ratio[NR] = $1 / $2 }
    END { printf "ratio %.2f  ours %.2f s  git log %.2f s  pairs %d\n", median(ratio, NR), median(ours, NR), median(base, NR), NR }'
