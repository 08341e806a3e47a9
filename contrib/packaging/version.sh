#!/bin/sh
# version.sh DESCRIBED: prints what git describe says as a semantic version. Commits
# since a tag become metadata, with the time of the last, by which packages sort.
set -eu
stamp() { date -u -d "@$SOURCE_DATE_EPOCH" "$1" 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" "$1"; } # GNU, BSD
since=+git$(stamp +%Y%m%d%H%M%S)
tag='v?([0-9]+\.[0-9]+\.[0-9]+(-(alpha|beta|rc)[0-9]*)?)'
echo "$1" | sed -E -e "s/^$tag\$/\1/" -e t -e "s/^$tag(-[0-9]+-g[0-9a-f]+)?(-dirty)?\$/\1$since/" -e t -e "s/.*/0.0.0$since/"
