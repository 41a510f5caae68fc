#!/usr/bin/env bash
# The parts only tests need and no Python package brings: a browser, Korean type, gettext, PostgreSQL, Java.
# What cannot be installed here is named; the tests that need it are then skipped with that reason.
set -euo pipefail
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }
has_any() { compgen -G "$1" >/dev/null; }

missing=()
has chromium || has chromium-browser || has google-chrome || missing+=(chromium)
# What drives the browser wants a library that a small Debian lacks.
/sbin/ldconfig -p 2>/dev/null | grep 'libatomic\.so\.1' >/dev/null || missing+=(libatomic1)
{ has fc-list && [ -n "$(fc-list :lang=ko)" ]; } || missing+=(fonts-nanum fontconfig)
has msgfmt || missing+=(gettext)
has initdb || has_any '/usr/lib/postgresql/*/bin/initdb' || missing+=(postgresql)
if ! tools/java.sh; then
  # Spark runs on Java 17 and 21; releases after Debian 12 have the second alone.
  java=default-jre-headless
  [ -z "$(apt-cache madison openjdk-17-jre-headless 2>/dev/null)" ] || java=openjdk-17-jre-headless
  missing+=("$java")
fi
[ ${#missing[@]} -eq 0 ] || tools/apt.sh "${missing[@]}" || echo 'Tests that need a missing part are skipped and listed at the end.'
