#!/bin/sh
# package.sh FORMAT ARCH PROGRAM FOLDER: makes a deb, rpm or apk of a program that is
# built. It lays the files out as they lie below /; nfpm ($NFPM) makes the package.
# $VERSION is what git describe says, $SOURCE_DATE_EPOCH the time of every file.
set -eu
umask 022 # every file is made here, so that its mode is the same everywhere
format=$1 arch=$2 program=$3 folder=$4

version=$(sh contrib/packaging/version.sh "$VERSION")
case $format in
  apk) version=$(echo "$version" | tr '+-' '__') ;;
  *) version=$(echo "$version" | tr - '~') ;; # which sorts before what it follows
esac
[ "$arch" != arm ] || arch=arm7
lib=lib zsh=site-functions
case $format/$arch in
  deb/*) zsh=vendor-completions ;;
  rpm/*64) lib=lib64 ;;
esac
plugins=/usr/$lib/nagios/plugins doc=/usr/share/doc/check-netstat
maintainer='check_netstat maintainers <check_netstat@example.com>'

STAGE=$(mktemp -d)
trap 'rm -rf "$STAGE"' EXIT
# put PLACE: writes a file of the package
put() {
  mkdir -p "$STAGE$(dirname "$1")"
  cat >"$STAGE$1"
}
put "$plugins/check_netstat" <"$program"
mkdir -p "$STAGE/usr/bin"
ln -s "../$lib/nagios/plugins/check_netstat" "$STAGE/usr/bin/check_netstat"
put /usr/share/bash-completion/completions/check_netstat <contrib/completion/check_netstat.bash
put "/usr/share/zsh/$zsh/_check_netstat" <contrib/completion/_check_netstat
put /usr/share/fish/vendor_completions.d/check_netstat.fish <contrib/completion/check_netstat.fish
for page in contrib/man/*; do
  gzip -9n <"$page" | put "/usr/share/man/man${page##*.}/${page##*/}.gz"
done
find README.md CHANGELOG.md contrib/docs contrib/icinga2 contrib/nagios contrib/nrpe contrib/nsclient -type f | while read -r file; do
  case $file in
    *.png) put "$doc/$file" <"$file" ;;
    *) sed "s|/usr/lib/nagios/plugins|$plugins|g" "$file" | put "$doc/$file" ;;
  esac
done
if [ "$format" = deb ]; then
  put "$doc/copyright" <contrib/packaging/copyright
  put /usr/share/lintian/overrides/check-netstat <contrib/packaging/lintian-overrides
  # Debian's policy asks for it (4.4).
  date=$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH" 2>/dev/null || LC_ALL=C date -u -R -r "$SOURCE_DATE_EPOCH") # GNU, BSD
  printf 'check-netstat (%s-1) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$date" | gzip -9n | put "$doc/changelog.Debian.gz"
else
  put /usr/share/licenses/check-netstat/copyright <contrib/packaging/copyright
fi
find "$STAGE$plugins" -type f -exec chmod 755 {} +
find "$STAGE$doc" -type f | while read -r file; do
  [ "$(head -c 3 "$file" | tr -d '\0')" != '#!/' ] || chmod 755 "$file" # a script
done

description='monitoring plugin for network connections and listening ports'
[ "$format" = apk ] || description="$description
check_netstat answers from one snapshot of the host's sockets whether an
application's connections are up and its ports are listening. It connects to
nothing. It runs under Nagios, Icinga, Naemon and NRPE, and reads the watch
lists of SCOM's management pack NetstatWatcher unchanged."
export STAGE PACKAGE_VERSION="$version" PACKAGE_ARCH="$arch" MAINTAINER="$maintainer" DESCRIPTION="$description"
go run "$NFPM" package --config contrib/packaging/nfpm.yaml --packager "$format" --target "$folder"
