#!/usr/bin/env bash
# need.sh PACKAGE... installs the Debian packages that are missing and touches nothing when none is.
set -euo pipefail

missing=()
for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root() { if [ "$(id -u)" -eq 0 ]; then env "$@"; else sudo env "$@"; fi; }

echo "Installing ${missing[*]}"
as_root DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null
as_root DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
