//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"strings"
)

// The watch lists of the measurements, as check_netstat reads them.

const connectionsHeader = "remoteIP,remoteName,remotePort,procName,comment\n"

// captureItems is how many items judge a capture; presentItems of them name an
// end that is in it.
const captureItems, presentItems = 100, 60

// watchedService is the service that the n-th of those items names.
func watchedService(n int) netip.AddrPort { return service(n * services / captureItems) }

// captureList watches services that the capture holds and some that it does
// not, half of them with a program where the dialect shows programs.
func captureList(d dialect) string {
	b := new(strings.Builder)
	b.WriteString(connectionsHeader)
	for n := range captureItems {
		end := watchedService(n)
		addr := end.Addr()
		if n >= presentItems {
			addr = addr4(0x8000 + n)
		}
		program := ""
		if d.programs && n%2 == 0 {
			program = "worker-"
		}
		fmt.Fprintf(b, "%s,,%d,%s,\n", addr, end.Port(), program)
	}
	return b.String()
}

// everything watches every connection, so that every row is decoded.
const everything = connectionsHeader + "*,,*,,\n"

// loadItems is how many items judge the real sockets.
const loadItems = 20

// watchedList watches the remote end of the watched connections of each process
// of a load, with the process's program where programs is true.
func watchedList(programs bool) string {
	b := new(strings.Builder)
	b.WriteString(connectionsHeader)
	for n := range loadItems {
		fmt.Fprintf(b, "127.0.0.1,,%d,%s,\n", watchedPort(n), programOf(n, programs))
	}
	return b.String()
}

// missedList is watchedList with one end more that is not there, for which the
// check looks what is there instead.
func missedList() string { return watchedList(false) + "127.0.0.1,,9,,\n" }

// listeningList watches a listening port of each process of a load, with its
// program where programs is true.
func listeningList(programs bool) string {
	b := new(strings.Builder)
	b.WriteString("ipProtocol,localIP,localPort,procName,comment\n")
	for n := range loadItems {
		fmt.Fprintf(b, "tcp,,%d,%s,\n", watchedPort(n), programOf(n, programs))
	}
	return b.String()
}

// programOf returns the procName of an item, none where programs is false.
func programOf(n int, programs bool) string {
	if !programs {
		return ""
	}
	return programName(n)
}
