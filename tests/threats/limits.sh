#!/bin/bash
# Rows that need a limit of the system: limits.sh PROGRAM FOLDER
# As root also rows that need a small disk and another user.
set -u
program=$(realpath "$1") folder=$(realpath "$2") failed=0
home=$(mktemp -d)
trap 'umount "$home/small" 2>/dev/null; rm -rf "$home"' EXIT
expect() { # what, wanted codes, code
    if [[ " $2 " == *" $3 "* ]]; then echo "ok   $1: exit $3"; else echo "FAIL $1: exit $3, wanted $2"; failed=1; fi
}
for kibibytes in 65536 131072 262144 1048576; do
    (ulimit -v $kibibytes && exec "$program" analyze "$folder" --no-git -q --format json >"$home/out" 2>"$home/err")
    expect "$((kibibytes >> 10)) MiB of addresses" "0 2" $?
done
(ulimit -f 4 && exec "$program" analyze "$folder" --no-git -q --format json="$home/large.json" 2>"$home/err")
expect "files of 4 KiB at most" 2 $?
[[ -e $home/large.json ]] && { echo "FAIL a part of the result was left"; failed=1; }
(cd "$folder" && env -i "$program" analyze . --no-git -q >/dev/null 2>"$home/err")
expect "no environment at all" 0 $?
if [[ $(id -u) == 0 ]]; then
    mkdir "$home/small" && mount -t tmpfs -o size=64k none "$home/small" 2>/dev/null && {
        echo older >"$home/small/r.json"
        "$program" analyze "$folder" --no-git -q --format json="$home/small/r.json" 2>"$home/err"
        expect "a full disk" 2 $?
        [[ $(cat "$home/small/r.json") == older ]] || { echo "FAIL the old file was touched"; failed=1; }
    }
    mkdir "$home/other" && git -C "$home/other" init -q 2>/dev/null && echo x=1 >"$home/other/a.py" && chmod 755 "$home" && chown -R nobody "$home/other" && {
        "$program" analyze "$home/other" -q --format json >"$home/out" 2>"$home/err"
        expect "the repository of another user" 0 $?
        grep -q refused-history "$home/out" || { echo "FAIL it was not refused"; failed=1; }
    }
fi
exit $failed
