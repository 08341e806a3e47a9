package kernel

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// Multipath TCP (RFC 8684): the application has one connection, and the kernel
// carries it over several TCP sockets, its subflows. Only the connection has the
// state that the application sees; sock_diag shows it as protocol 262
// (net/mptcp/mptcp_diag.c). A subflow has the token of its connection, and the
// inode of the application's socket (mptcp_subflow_create_socket).

const (
	// infoToken is the place of mptcpi_token in struct mptcp_info.
	infoToken = 12
	// The nested attributes of INET_DIAG_ULP_INFO.
	ulpMPTCP     = 3 // INET_ULP_INFO_MPTCP
	subflowLocal = 2 // MPTCP_SUBFLOW_ATTR_TOKEN_LOC
)

// mptcpStates leaves out LISTEN: a listener is shown as a TCP socket, too.
const mptcpStates = allStates &^ (listenOnly | closedOnly)

// MPTCP are the MPTCP connections of a namespace. The zero value holds none.
type MPTCP struct {
	connections []parse.Socket
	byToken     map[uint32]int
	byInode     map[uint32]int
	byEnds      map[ends]int
	stalest     []parse.Queues // of each, the queues of the subflow that is best off
	seen        []bool
}

// ends are both ends of a connection.
type ends struct{ local, remote netip.AddrPort }

func endsOf(s *parse.Socket) ends {
	return ends{
		netip.AddrPortFrom(s.Local.Addr.Unmap().WithZone(""), s.Local.Port),
		netip.AddrPortFrom(s.Remote.Addr.Unmap().WithZone(""), s.Remote.Port),
	}
}

// ReadMPTCP reads the MPTCP connections of a namespace, for sources that show
// only their subflows.
func ReadMPTCP(ctx context.Context, netns string) (m MPTCP, err error) {
	fd := -1
	if outside := Within(netns, func() {
		if hasMPTCP(netns) {
			fd, err = openDiag()
		}
	}); outside != nil {
		return m, outside
	}
	if fd < 0 || err != nil {
		return m, err
	}
	defer func() { _ = unix.Close(fd) }()
	return readMPTCP(ctx, &conversation{link: netlink(fd), decoder: decoder{ifname: interfaceNames(fd)}})
}

func readMPTCP(ctx context.Context, c *conversation) (m MPTCP, err error) {
	m = MPTCP{byToken: map[uint32]int{}, byInode: map[uint32]int{}, byEnds: map[ends]int{}}
	visit := c.decoder.visit
	c.decoder.visit, c.decoder.mptcp = func(s *parse.Socket) { m.add(s, c.decoder.token) }, true
	defer func() { c.decoder.visit, c.decoder.mptcp = visit, false }()
	before := c.decoder.sockets
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		err := c.dump(ctx, &dump{proto: parse.TCP, family: family, states: mptcpStates, ext: extInfo, mptcp: true})
		if err != nil && !refused(err) {
			return m, fmt.Errorf("reading the kernel's MPTCP connections: %w", err)
		}
	}
	c.decoder.sockets = before
	return m, nil
}

func (m *MPTCP) add(s *parse.Socket, token uint32) {
	n := len(m.connections)
	m.connections = append(m.connections, s.Clone())
	m.connections[n].Queues.Timer, m.connections[n].Queues.Retries = parse.NoTimer, 0
	m.stalest, m.seen = append(m.stalest, parse.Queues{}), append(m.seen, false)
	if token != 0 {
		m.byToken[token] = n
	}
	if s.Inode != 0 {
		m.byInode[s.Inode] = n
	}
	m.byEnds[endsOf(s)] = n
}

// IsSubflow reports whether a TCP socket carries one of the connections. token
// is the one that the source shows, 0 for none.
func (m *MPTCP) IsSubflow(s *parse.Socket, token uint32) bool {
	if len(m.connections) == 0 || s.Proto != parse.TCP || s.Listening() || s.State == parse.TimeWait {
		return false
	}
	n, is := m.byToken[token]
	if !is && s.Inode != 0 {
		n, is = m.byInode[s.Inode]
	}
	if !is {
		n, is = m.byEnds[endsOf(s)]
	}
	if is && (!m.seen[n] || s.Queues.Retries < m.stalest[n].Retries) {
		m.stalest[n], m.seen[n] = s.Queues, true
	}
	return is
}

// Visit hands on the connections. One is as well off as the best of its
// subflows.
func (m *MPTCP) Visit(want Query, visit func(*parse.Socket)) (sockets int) {
	for i := range m.connections {
		s := &m.connections[i]
		s.Queues.Timer, s.Queues.Retries = m.stalest[i].Timer, m.stalest[i].Retries
		if want.fits(s) {
			sockets++
			visit(s)
		}
	}
	return sockets
}

// IsZero reports whether there is no MPTCP connection.
func (m *MPTCP) IsZero() bool { return len(m.connections) == 0 }

// hasMPTCP reports whether the namespace has ever had an MPTCP connection, by its
// counters of handshakes that were finished (/proc/net/netstat, net/mptcp/mib.c).
// Sockets that only could speak it do not count: listeners of Go programs are
// MPTCP sockets, and their peers are not.
func hasMPTCP(netns string) bool {
	_, file, err := openProc(netns, "netstat")
	if err != nil {
		return !errors.Is(err, unix.ENOENT) // it costs little to ask
	}
	defer func() { _ = file.Close() }()
	text := make([]byte, 32<<10)
	n, _ := io.ReadFull(file, text)
	return mptcpHandshakes(string(text[:n])) != 0
}

// mptcpHandshakes adds up the counters of finished handshakes, the passive and
// the active ones. A group of counters is a line of names and one of values.
func mptcpHandshakes(text string) (total uint64) {
	var names []string
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] != "MPTcpExt:":
		case names == nil:
			names = f
		default:
			for i := range min(len(f), len(names)) {
				if names[i] == "MPCapableACKRX" || names[i] == "MPCapableSYNACKRX" {
					n, _ := strconv.ParseUint(f[i], 10, 64)
					total += n
				}
			}
		}
	}
	return total
}

// subflowToken finds the token of the connection in INET_DIAG_ULP_INFO.
func subflowToken(ulp []byte) uint32 {
	if t := nested(nested(ulp, ulpMPTCP), subflowLocal); len(t) >= 4 {
		return binary.NativeEndian.Uint32(t)
	}
	return 0
}

// nested returns the value of the attribute of that kind among others, nil if
// there is none.
func nested(attrs []byte, kind uint16) []byte {
	for len(attrs) >= attrLen {
		size := int(binary.NativeEndian.Uint16(attrs))
		if size < attrLen || size > len(attrs) {
			break
		}
		if binary.NativeEndian.Uint16(attrs[2:])&^unix.NLA_F_NESTED == kind {
			return attrs[attrLen:size]
		}
		attrs = attrs[min(len(attrs), (size+3)&^3):]
	}
	return nil
}
