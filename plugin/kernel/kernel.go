package kernel

import (
	"context"

	"check_netstat/parse"
)

// The ways on which the sockets came.
const (
	SockDiag = "sock_diag"
	ProcNet  = "/proc/net"
	IPHelper = "iphlpapi"
)

// Info is what [Read] knows of a snapshot besides its sockets.
type Info struct {
	// Via is SockDiag or IPHelper. Where netlink was refused, as a whole or for
	// a protocol, it says so: "/proc/net (opening a sock_diag socket: operation
	// not permitted)", "sock_diag; udp from /proc/net (sock_diag: no such file
	// or directory)".
	Via string
	// Sockets is the number of those handed to visit.
	Sockets int
	// Duplicates is the number of sockets that the kernel gave once more, and
	// that were left out.
	Duplicates int
	// UDPMayMiss says that UDP sockets came from /proc/net, which passes over
	// some while others come and go, and that the kernel counts more than it showed.
	UDPMayMiss bool
	// Filtered says that the kernel chose the sockets by their endpoints.
	Filtered bool
}

// Read asks the kernel for the sockets that the query wants and calls visit
// with each, which is valid only until visit returns. Owners are filled on
// Windows (PIDs alone); on Linux a socket has its inode, by which they are
// found.
//
// netns is a network namespace (Linux only) as its name below /run/netns, as
// the ID of a process in it, or as a path; "" is the caller's own. If an
// error is returned, the sockets visited are not a snapshot.
func Read(ctx context.Context, want Query, netns string, visit func(*parse.Socket)) (Info, error) {
	if want != nil && len(want) == 0 {
		return Info{Via: nativeVia}, nil
	}
	return read(ctx, want, netns, visit)
}
