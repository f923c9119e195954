#!/bin/bash
# Records traces/ anew: builds the program, runs it on loopback, sends the load of ../tools/load.py.
set -euo pipefail
cd "$(dirname "$0")"
../tools/record.sh "$PWD" media-monolith:18070:media
gzip -9n traces/media-monolith.jsonl
