#!/bin/sh
# Installs what make integration runs, on Debian and as root. No service is
# started: for the time of the installation a policy forbids it.
set -eu

packages=""
# need PROGRAM-OR-FILE PACKAGE...
need() {
  if ! command -v "$1" >/dev/null 2>&1 && ! [ -e "$1" ]; then
    shift
    packages="$packages $*"
  fi
}
modules=/usr/share/icingaweb2/modules
need icinga2 icinga2-bin icinga2-common
need nagios4 nagios4-core
need nrpe nagios-nrpe-server
need /usr/lib/nagios/plugins/check_nrpe nagios-nrpe-plugin
need /usr/lib/wine/wine64 wine64
need x86_64-w64-mingw32-ld binutils-mingw-w64-x86-64
need netstat net-tools
need ip iproute2
need icingacli icingacli
need php php-cli
need /usr/share/doc/php-mysql php-mysql
need /usr/share/doc/php-curl php-curl
need /usr/share/doc/php-intl php-intl
need "$modules/director" icingaweb2-module-director
need "$modules/businessprocess" icingaweb2-module-businessprocess
need "$modules/icingadb" icingadb-web
need /usr/share/icingaweb2/public icingaweb2
need icingadb icingadb
need redis-server redis-server
need mariadbd mariadb-server
need chromium chromium
need /usr/share/fonts/truetype/dejavu fonts-dejavu-core
need python3 python3
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
# Another program, such as unattended-upgrades, may hold apt's lock for a while.
wait="-o DPkg::Lock::Timeout=600"
# shellcheck disable=SC2086
apt-get $wait update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get $wait install -y -qq --no-install-recommends $packages
