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
# Between 1 and 1.4 GiB the allocator may reserve all there is before a thread is started.
for mebibytes in 96 128 160 192 256 384 512 768 1024 1152 1280 1536 2048 4096; do
    (ulimit -v $((mebibytes << 10)) && exec "$program" analyze "$folder" --no-git -q --format json >"$home/out" 2>"$home/err")
    code=$? wanted="0 2"
    [[ $mebibytes -ge 512 && $mebibytes != 1152 && $mebibytes != 1280 ]] && wanted=0
    expect "$mebibytes MiB of addresses" "$wanted" $code
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
