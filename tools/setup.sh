#!/usr/bin/env bash
# Make .venv from uv.lock: the `dangol` command, the demo data and the development tools.
# `setup.sh tests` adds what only tests need: Spark, where Java runs.
set -euo pipefail
cd "$(dirname "$0")/.."
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
for_tests=${1:-}

die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

works() { "$@" >/dev/null 2>&1; }

# A private uv in .uv, so that the user's own Python stays as it was.
make_uv() {
  local python
  for python in python3 python3.13 python3.12 /usr/bin/python3 python; do
    works command -v "$python" || continue
    rm -rf .uv
    works "$python" -m venv .uv || continue
    printf 'Downloading uv: about %s MB, into .uv\n' "$(megabytes_of uv)"
    if works .uv/bin/python -m pip install --quiet --disable-pip-version-check uv; then return; fi
    rm -rf .uv
    die "uv could not be downloaded. Check the network, or install uv (https://docs.astral.sh/uv) and run this again."
  done
  rm -rf .uv
  return 1
}

find_uv() {
  if works uv --version; then uv=uv; return; fi
  uv=.uv/bin/uv
  if works "$uv" --version || make_uv; then return; fi
  # Debian and Ubuntu ship Python without the part that makes private environments.
  if tools/apt.sh python3-venv && make_uv; then return; fi
  die "no Python here can make a private environment for uv." \
    "Install Python 3 with venv (Debian, Ubuntu: apt-get install python3-venv) or uv itself, and run this again."
}

# The Python of .python-version: one that is here, pyenv's even where its shims are not on the path, else uv's.
find_python() {
  local wanted kept
  wanted=$(cat .python-version)
  if works "$uv" python find "$wanted"; then return; fi
  for kept in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$wanted"*/bin/python; do
    if works "$kept" --version; then export UV_PYTHON=$kept; return; fi
  done
  echo "Python $wanted is not here. Downloading it: about 35 MB, kept by uv for itself."
  "$uv" python install --quiet "$wanted" || die "Python $wanted could not be downloaded." \
    "Install it (Debian: pyenv install $wanted; Ubuntu: apt-get install python$wanted-venv) and run this again."
}

megabytes_of() { awk -v name="$1" '$1 == name { print int($2 / 1e6 + .5) }' tools/downloads.txt; }

# Which packages are missing is known before anything is fetched; how large each is stands in tools/downloads.txt.
announce() {
  "$uv" sync "$@" --dry-run 2>&1 | awk '
    NR == FNR { size[$1] = $2; next }
    $1 == "+" && $2 !~ /^dangol(==|$)/ { count++; if ($2 in size) sum += size[$2]; else unknown++ }
    END {
      if (!count) exit
      printf "Downloading at most %d MB: %d Python packages", sum / 1e6 + .5, count
      if (unknown) printf " (the size of %d of them is not known beforehand)", unknown
      print "; less where uv has them already."
    }' tools/downloads.txt -
}

find_uv
find_python
# Compiled once here, or every command would compile its modules anew where Python may not keep them.
arguments=(--frozen --extra demo --compile-bytecode)
spark=
if [ "$for_tests" = tests ] && tools/java.sh; then
  spark=yes
  arguments+=(--extra spark)
elif [ "$for_tests" != tests ]; then
  arguments+=(--inexact) # leaves Spark alone where an earlier `make test` brought it
fi
ready=.venv/.ready${spark:+-tests}
if [ -x .venv/bin/dangol ] && [ "$ready" -nt pyproject.toml ] && [ "$ready" -nt uv.lock ] && [ "$ready" -nt .python-version ]; then
  exit 0
fi
announce "${arguments[@]}"
"$uv" sync "${arguments[@]}" --quiet || die "the packages of uv.lock could not be installed; the lines above say which." \
  "Check the network and the free space on the disk, and run this again."
touch .venv/.ready "$ready"
echo "Ready: .venv/bin/dangol"
