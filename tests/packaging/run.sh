#!/usr/bin/env bash
# Builds every package around one binary, installs each into an environment of its own and runs it there:
#   tests/packaging/run.sh BINARY
# What a machine lacks (docker, npm, a virtual environment) is said and left out.
set -euo pipefail
binary=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
system=$work/system
mkdir -p "$system"
printf 'import b\n' >"$system/a.py"
printf 'import a\n' >"$system/b.py"
printf '[gate]\ndeny = ["import-cycle"]\n' >"$system/seamline.toml"
passed=0
failed=0
skipped=0

# Runs a command of the installed program: it must find the circle and fail.
tries() {
  local name=$1 code=0
  shift
  (cd "$system" && "$@" >"$work/out" 2>&1) || code=$?
  if [ "$code" = 1 ] && grep -q 'import-cycle' "$work/out"; then
    echo "ok: $name"
    passed=$((passed + 1))
  else
    echo "FAILED: $name (exit code $code)"
    cat "$work/out"
    failed=$((failed + 1))
  fi
}
without() {
  echo "left out: $1"
  skipped=$((skipped + 1))
}

tries "the binary alone" env -i "$binary" check --no-git

if readelf -l "$binary" 2>/dev/null | grep -q INTERP; then
  without "static binary: this one needs the C library of its system"
else
  mkdir -p "$work/empty"
  cp "$binary" "$work/empty/seamline"
  cp -r "$system" "$work/empty/system"
  if chroot "$work/empty" /seamline --version >/dev/null 2>&1; then
    tries "static binary in an empty root" chroot "$work/empty" /seamline check /system --no-git
  else
    without "empty root: chroot is not allowed here"
  fi
fi

if python3 -m venv "$work/venv" 2>/dev/null; then
  wheel=$(python3 "$root/packaging/python/wheel.py" "$binary" "$work" "$(
    readelf -l "$binary" 2>/dev/null | grep -q INTERP && echo linux_x86_64 || echo manylinux_2_17_x86_64.musllinux_1_1_x86_64
  )")
  "$work/venv/bin/pip" install --quiet --no-index --disable-pip-version-check "$wheel"
  tries "Python wheel" env -i "$work/venv/bin/seamline" check --no-git
  "$work/venv/bin/pip" uninstall --quiet --yes seamline
  [ ! -e "$work/venv/bin/seamline" ] || { echo "FAILED: the wheel leaves its program behind"; failed=$((failed + 1)); }
else
  without "Python wheel: python3 makes no virtual environment"
fi

if command -v npm >/dev/null; then
  package=$(node "$root/packaging/npm/pack.mjs" "$binary" "$work")
  npm install --silent --offline --no-audit --no-fund --ignore-scripts --prefix "$work/node" "$package" >/dev/null
  tries "npm package" env -i "$work/node/node_modules/.bin/seamline" check --no-git
else
  without "npm package: there is no npm"
fi

if docker version >/dev/null 2>&1 && ! readelf -l "$binary" 2>/dev/null | grep -q INTERP; then
  mkdir "$work/context"
  cp "$binary" "$work/context/seamline"
  if docker build -q -f "$root/packaging/Containerfile" --build-arg "BASE=${BASE:-alpine:3}" -t seamline-packaging "$work/context" >"$work/out" 2>&1; then
    tries "container" docker run --rm -v "$system:/work:ro" seamline-packaging check --no-git
    docker rmi -f seamline-packaging >/dev/null
  else
    without "container: $(tail -n 1 "$work/out")"
  fi
else
  without "container: no docker, or no static binary"
fi

# The action, as a runner starts it.
action() {
  GITHUB_ACTION_PATH=$root RUNNER_TEMP=$work SEAMLINE_BINARY=$binary SEAMLINE_PATH=. SEAMLINE_ARGUMENTS=--no-git \
    GITHUB_OUTPUT=$work/output GITHUB_STEP_SUMMARY=$work/summary "$root/packaging/action.sh"
}
tries "GitHub action" action
grep -q "sarif=" "$work/output" && grep -q "import-cycle" "$work/summary" && [ -s "$work/seamline.sarif" ] ||
  { echo "FAILED: the action leaves no summary or SARIF"; failed=$((failed + 1)); }

# The job of GitLab, its script as a shell runs it.
script() {
  export SEAMLINE_PATH=. CI_MERGE_REQUEST_DIFF_BASE_SHA=
  PATH=$work/bin:/usr/bin:/bin sh -ec "$(python3 - "$root/packaging/gitlab.yml" <<'PYTHON'
import re, sys
text = open(sys.argv[1]).read().split("  script:\n")[1].split("  rules:\n")[0]
lines = [re.sub(r"^      ?", "", re.sub(r"^    - (\|$)?", "", line)) for line in text.splitlines()]
print("\n".join(lines))
PYTHON
  )"
}
mkdir "$work/bin"
ln -s "$binary" "$work/bin/seamline"
tries "GitLab job" script
[ -s "$system/gl-code-quality-report.json" ] && [ -s "$system/seamline.xml" ] ||
  { echo "FAILED: the job leaves no reports"; failed=$((failed + 1)); }

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
