#!/usr/bin/env bash
# What the GitHub action does: `seamline check` with annotations, a job summary and SARIF.
set -euo pipefail
program=${SEAMLINE_BINARY:-}
if [ -z "$program" ]; then
  cargo build --release --locked --manifest-path "$GITHUB_ACTION_PATH/Cargo.toml"
  program=$GITHUB_ACTION_PATH/target/release/seamline
fi
against=${SEAMLINE_AGAINST:-}
if [ -z "$against" ] && [ -n "${SEAMLINE_BASE:-}" ]; then
  against=origin/$SEAMLINE_BASE
fi
out=${RUNNER_TEMP:-.}
read -r -a more <<<"${SEAMLINE_ARGUMENTS:-}"
[ -z "$against" ] || more+=(--against "$against")
echo "sarif=$out/seamline.sarif" >>"${GITHUB_OUTPUT:-/dev/null}"
code=0
"$program" check "${SEAMLINE_PATH:-.}" --format github --format "markdown=$out/seamline.md" \
  --format "sarif=$out/seamline.sarif" "${more[@]+"${more[@]}"}" || code=$?
[ ! -f "$out/seamline.md" ] || cat "$out/seamline.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
