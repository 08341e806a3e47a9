#!/bin/sh
# Runs a command in a network namespace that is new, once loopback is up in it with
# two addresses of the documentation's, which no other network has.
set -eu
ip link set lo up
ip address add 192.0.2.7/32 dev lo
ip address add 192.0.2.10/32 dev lo
exec "$@"
