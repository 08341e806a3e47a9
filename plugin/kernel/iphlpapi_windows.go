package kernel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"

	"check_netstat/parse"
)

const nativeVia = IPHelper

const (
	tcpTableOwnerPIDAll = 5 // TCP_TABLE_OWNER_PID_ALL, iprtrmib.h
	udpTableOwnerPID    = 1 // UDP_TABLE_OWNER_PID
	firstTable          = 64 << 10
	largestTable        = 256 << 20
	maxTries            = 10
)

var (
	iphlpapi            = windows.NewLazySystemDLL("iphlpapi.dll")
	getExtendedTCPTable = iphlpapi.NewProc("GetExtendedTcpTable")
	getExtendedUDPTable = iphlpapi.NewProc("GetExtendedUdpTable")
)

// read gets the tables that the filter needs, each whole: Windows does not
// choose. A socket that is not wanted is left out here.
func read(ctx context.Context, want Query, netns string, visit func(*parse.Socket)) (Info, error) {
	info := Info{Via: IPHelper}
	if netns != "" {
		return info, errors.New("network namespaces exist on Linux only")
	}
	buf := make([]byte, firstTable)
	var s parse.Socket
	for i := range ipTables {
		t := &ipTables[i]
		if !wantsProto(want, t.proto) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return info, fmt.Errorf("reading the kernel's sockets: %w", err)
		}
		var err error
		if buf, err = t.get(buf); err == nil {
			_, err = t.read(buf, &s, func(s *parse.Socket) {
				if want.fits(s) {
					info.Sockets++
					visit(s)
				}
			})
		}
		if err != nil {
			return info, fmt.Errorf("reading the kernel's %s sockets of IPv%d: %w", t.proto, t.family, err)
		}
	}
	return info, nil
}

// wantsProto reports whether the filter can want a socket of that protocol.
func wantsProto(want Query, proto parse.Proto) bool {
	return want == nil || slices.ContainsFunc(want, func(p Predicate) bool { return p.Proto == 0 || p.Proto == proto })
}

// get fills the buffer with the table, and lets it grow with it: the table may
// have grown between being told its size and being asked again.
func (t *ipTable) get(buf []byte) ([]byte, error) {
	proc, class := getExtendedTCPTable, uintptr(tcpTableOwnerPIDAll)
	if t.proto == parse.UDP {
		proc, class = getExtendedUDPTable, udpTableOwnerPID
	}
	family := uintptr(windows.AF_INET)
	if t.family == parse.IPv6 {
		family = windows.AF_INET6
	}
	if err := proc.Find(); err != nil {
		return buf, err
	}
	for range maxTries {
		buf = buf[:cap(buf)]
		size := uint32(len(buf))
		// The return value is the error; GetLastError says nothing.
		code, _, _ := proc.Call(uintptr(unsafe.Pointer(&buf[0])), uintptr(unsafe.Pointer(&size)), 0, family, class, 0) //nolint:gosec // G103: the pointers of a system call
		switch errno := windows.Errno(code); {
		case errno == 0:
			return buf, nil
		case !errors.Is(errno, windows.ERROR_INSUFFICIENT_BUFFER):
			return buf, fmt.Errorf("%s: %w", proc.Name, errno)
		case size > largestTable:
			return buf, fmt.Errorf("%s wants %d bytes", proc.Name, size)
		}
		buf = make([]byte, size+size/4+firstTable)
	}
	return buf, fmt.Errorf("%s: its table grew %d times while it was read", proc.Name, maxTries)
}
