package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"check_netstat/parse"
)

// The tables of GetExtendedTcpTable and GetExtendedUdpTable: a number of rows
// (u32) and the rows, all members of which are u32 in memory order, but the
// addresses, and the ports, which are big endian in the first two bytes.
// https://learn.microsoft.com/windows/win32/api/tcpmib/ns-tcpmib-mib_tcprow_owner_pid
// https://learn.microsoft.com/windows/win32/api/tcpmib/ns-tcpmib-mib_tcp6row_owner_pid
// https://learn.microsoft.com/windows/win32/api/udpmib/ns-udpmib-mib_udprow_owner_pid
// https://learn.microsoft.com/windows/win32/api/udpmib/ns-udpmib-mib_udp6row_owner_pid

// ipTable is the form of one of the four tables: the offsets of its members. A
// scope at 0 is none.
type ipTable struct {
	proto  parse.Proto
	family parse.Family

	rowLen, pid                         int
	localAddr, localScope, localPort    int
	remoteAddr, remoteScope, remotePort int // of TCP
	state                               int // of TCP
}

var ipTables = [...]ipTable{
	{proto: parse.TCP, family: parse.IPv4, rowLen: 24,
		state: 0, localAddr: 4, localPort: 8, remoteAddr: 12, remotePort: 16, pid: 20},
	{proto: parse.TCP, family: parse.IPv6, rowLen: 56,
		localAddr: 0, localScope: 16, localPort: 20, remoteAddr: 24, remoteScope: 40, remotePort: 44, state: 48, pid: 52},
	{proto: parse.UDP, family: parse.IPv4, rowLen: 12,
		localAddr: 0, localPort: 4, pid: 8},
	{proto: parse.UDP, family: parse.IPv6, rowLen: 28,
		localAddr: 0, localScope: 16, localPort: 20, pid: 24},
}

// windowsStates are the numbers of MIB_TCP_STATE; 12 is a connection that is
// being deleted.
var windowsStates = [...]parse.State{
	1: parse.Closed, 2: parse.Listen, 3: parse.SynSent, 4: parse.SynRecv, 5: parse.Established,
	6: parse.FinWait1, 7: parse.FinWait2, 8: parse.CloseWait, 9: parse.Closing, 10: parse.LastAck,
	11: parse.TimeWait, 12: parse.Closed,
}

// read visits the sockets of a table, all in s.
func (t *ipTable) read(b []byte, s *parse.Socket, visit func(*parse.Socket)) (n int, err error) {
	if len(b) < 4 {
		return 0, errors.New("table cut short")
	}
	rows := int(binary.NativeEndian.Uint32(b))
	b = b[4:]
	if len(b)/t.rowLen < rows {
		return 0, fmt.Errorf("table of %d rows cut short: %d bytes", rows, len(b))
	}
	owners := make([]parse.Owner, 1)
	for ; n < rows; n++ {
		t.row(b[:t.rowLen], s, owners)
		b = b[t.rowLen:]
		visit(s)
	}
	return n, nil
}

func (t *ipTable) row(b []byte, s *parse.Socket, owners []parse.Owner) {
	*s = parse.Socket{Proto: t.proto, Family: t.family}
	if t.proto == parse.TCP {
		number := binary.NativeEndian.Uint32(b[t.state:])
		if number > 0 && number < uint32(len(windowsStates)) {
			s.State = windowsStates[number]
		} else {
			s.State, s.Word = parse.OtherState, "state "+strconv.Itoa(int(number))
		}
	}
	s.Local = t.endpoint(b, t.localAddr, t.localScope, t.localPort)
	if t.family == parse.IPv6 && s.Local.IsWildcard() {
		s.V6Only = parse.Yes // a socket that serves both has a row in each table
	}
	switch {
	case t.proto == parse.TCP && s.State != parse.Listen:
		s.Remote = t.endpoint(b, t.remoteAddr, t.remoteScope, t.remotePort)
	case t.family == parse.IPv4: // of a listening row it means nothing: the port may be any
		s.Remote.Addr = netip.IPv4Unspecified()
	default:
		s.Remote.Addr = netip.IPv6Unspecified()
	}
	// PID 0 is the idle process, the owner of what no process owns.
	if pid := binary.NativeEndian.Uint32(b[t.pid:]); pid != 0 {
		owners[0] = parse.Owner{PID: pid}
		s.Owners = owners
	}
}

func (t *ipTable) endpoint(b []byte, addr, scope, port int) parse.Endpoint {
	e := parse.Endpoint{Port: binary.BigEndian.Uint16(b[port:])}
	if t.family == parse.IPv4 {
		e.Addr = netip.AddrFrom4([4]byte(b[addr : addr+4]))
		return e
	}
	e.Addr = netip.AddrFrom16([16]byte(b[addr : addr+16]))
	if zone := binary.NativeEndian.Uint32(b[scope:]); scope != 0 && zone != 0 && e.Addr.IsLinkLocalUnicast() {
		e.Addr = e.Addr.WithZone(strconv.FormatUint(uint64(zone), 10))
	}
	return e
}
