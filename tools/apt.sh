#!/usr/bin/env bash
# Install Debian packages where this user may: as root, or by sudo without a password.
# Prints the size first. Fails, saying why, where it may not; never asks.
set -euo pipefail

refuse() {
  printf 'Not installed: %s (%s).\n' "$1" "$2"
  exit 1
}

command -v apt-get >/dev/null || refuse "$*" 'this system has no apt-get'
as_root=()
if [ "$(id -u)" != 0 ]; then
  sudo -n true 2>/dev/null || refuse "$*" 'needs root, or sudo without a password'
  as_root=(sudo -n)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }

apt update || refuse "$*" 'apt-get update failed'
found=()
for package in "$@"; do
  if apt install --no-install-recommends --simulate "$package" >/dev/null 2>&1; then
    found+=("$package")
  else
    echo "Not installed: $package (apt-get does not find it)."
  fi
done
[ ${#found[@]} -gt 0 ] || exit 1
bytes=$(apt install --no-install-recommends --print-uris "${found[@]}" | awk '{ sum += $3 } END { print sum + 0 }')
printf 'Downloading %d MB of Debian packages: %s\n' "$(((bytes + 500000) / 1000000))" "${found[*]}"
if ! said=$(apt install --no-install-recommends -y "${found[@]}" 2>&1); then
  printf '%s\n' "$said" | tail -n 20
  refuse "${found[*]}" 'apt-get install failed'
fi
[ ${#found[@]} -eq $# ]
