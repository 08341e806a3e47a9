#!/bin/sh
# make demo: the example lists against a saved Windows capture, then this
# host's own sockets. Connects to nothing.
set -eu
check=bin/check_netstat

# show COMMAND...: print the command, run it, print its exit code.
show() {
  printf '\n$ %s\n' "$*"
  status=0
  "$@" || status=$?
  echo "(exit $status)"
}

echo "== NetstatWatcher's lists against a saved Windows 'netstat -anob'"
show $check --dir testdata/demo --input testdata/windows-anob.txt -v
echo
echo "== The same against 'netstat -ano', which shows no program names"
show $check --dir testdata/demo --input testdata/windows-ano.txt
show $check --dir testdata/demo --input testdata/windows-ano.txt --ignore-process --output table

echo
echo "== This host, live"
if ! sockets=$($check sockets 2>&1); then
  echo "$sockets"
  echo "There is no live part of the demo here; all else worked."
  exit 0
fi
port=$(echo "$sockets" | awk '$1 == "tcp" && $4 == "LISTEN" { sub(/.*:/, "", $2); print $2; exit }')
if [ -z "$port" ]; then
  echo "No TCP port is listening here. A port that is not:"
  port=1
fi
show $check --port "tcp:$port" --port tcp:1,no-such-program -vvv
