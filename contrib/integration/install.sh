#!/bin/sh
# Installs what make integration runs, on Debian and as root. No service is
# started: for the time of the installation a policy forbids it.
set -eu

packages=""
# need PROGRAM PACKAGE
need() {
  command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || packages="$packages $2"
}
need icinga2 "icinga2-bin icinga2-common"
need nagios4 nagios4-core
need nrpe nagios-nrpe-server
need /usr/lib/nagios/plugins/check_nrpe nagios-nrpe-plugin
need /usr/lib/wine/wine64 wine64
need x86_64-w64-mingw32-ld binutils-mingw-w64-x86-64
need netstat net-tools
need ip iproute2
need icingacli "icingacli icingaweb2-module-director php-cli php-mysql"
need mariadbd mariadb-server
need sudo sudo
need setcap libcap2-bin
need setpriv util-linux
[ -n "$packages" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "make integration needs these Debian packages:$packages" >&2
  exit 1
fi
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
