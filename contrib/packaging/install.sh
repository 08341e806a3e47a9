#!/bin/sh
# Installs what make dist-test uses beside make integration's programs, on Debian
# and as root.
set -eu

packages=""
# need PROGRAM PACKAGE
need() {
  command -v "$1" >/dev/null 2>&1 || packages="$packages $2"
}
need lintian lintian
need mandoc mandoc
need rpm rpm
need rpm2cpio rpm2cpio
need cpio cpio
need unzip unzip
need zsh zsh
need fish fish
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make dist-test needs these Debian packages:$packages" >&2
  exit 1
fi
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
