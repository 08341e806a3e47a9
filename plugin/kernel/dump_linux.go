package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

const nativeVia = SockDiag

const (
	// receiveSize is what the kernel fills at most (netlink_dump); larger
	// buffers bring nothing.
	receiveSize = 32 << 10
	// patience is how long a receive waits before the context is looked at
	// again. The kernel answers at once, so that this hardly ever happens.
	patience = 100 * time.Millisecond
)

// read asks sock_diag for each protocol that is wanted, and /proc/net if it
// refuses.
func read(ctx context.Context, want Query, netns string, visit func(*parse.Socket)) (Info, error) {
	r := reading{want: want, netns: netns, visit: visit, info: Info{Via: SockDiag}}
	fd := -1
	if err := Within(netns, func() {
		fd, r.refusal = openDiag()
		r.mptcp = r.refusal == nil && hasMPTCP(netns)
		r.small = smallTable()
	}); err != nil {
		return r.info, err
	}
	if r.refusal != nil && !refused(r.refusal) {
		return r.info, r.refusal
	}
	if fd >= 0 {
		defer func() { _ = unix.Close(fd) }()
	}
	r.conn = &conversation{link: netlink(fd), decoder: decoder{visit: visit, ifname: interfaceNames(fd)}}
	for _, proto := range []parse.Proto{parse.TCP, parse.UDP} {
		if err := r.protocol(ctx, proto); err != nil {
			return r.info, fmt.Errorf("reading the kernel's %s sockets: %w", proto, err)
		}
	}
	r.info.Sockets += r.conn.decoder.sockets
	r.info.Duplicates += r.conn.decoder.duplicates
	return r.info, nil
}

// reading is one call of read under way.
type reading struct {
	want    Query
	netns   string
	visit   func(*parse.Socket)
	conn    *conversation
	refusal error // of sock_diag as a whole
	mptcp   bool  // there are MPTCP sockets
	small   bool  // the table of connections is so small that a dump can miss some
	info    Info
}

// protocol reads the sockets of one protocol.
func (r *reading) protocol(ctx context.Context, proto parse.Proto) error {
	dumps := plan(r.want, proto)
	if len(dumps) == 0 {
		return nil
	}
	begun, err := false, r.refusal
	if err == nil {
		switch {
		case proto == parse.TCP && r.mptcp:
			begun, err = r.withMPTCP(ctx, dumps)
		case proto == parse.TCP && r.small:
			begun, err = r.repeatedly(ctx, dumps)
		default:
			begun, err = r.conn.dumpAll(ctx, dumps)
		}
		r.info.Filtered = r.info.Filtered || len(dumps[0].code) > 0
	}
	if begun || !refused(err) {
		return err
	}
	if r.refusal != nil {
		r.info.Via = fmt.Sprintf("%s (%v)", ProcNet, err)
	} else {
		r.info.Via += fmt.Sprintf("; %s from %s (%v)", proto, ProcNet, err)
	}
	return readProc(ctx, r.want, proto, r.netns, r.visit, &r.info)
}

// withMPTCP reads all TCP sockets, and shows MPTCP connections in the place of
// their subflows. Each subflow has ends of its own, so that the query can only
// be asked of the connection.
func (r *reading) withMPTCP(ctx context.Context, dumps []dump) (begun bool, err error) {
	m, err := readMPTCP(ctx, r.conn)
	switch {
	case err != nil:
		return false, err
	case m.IsZero():
		return r.conn.dumpAll(ctx, dumps)
	}
	d := &r.conn.decoder
	left := 0
	d.visit = func(s *parse.Socket) {
		if m.IsSubflow(s, d.token) || !r.want.fits(s) {
			left++
			return
		}
		r.visit(s)
	}
	begun, err = r.conn.dumpAll(ctx, []dump{{proto: parse.TCP, states: allStates, ext: extInfo}})
	d.visit = r.visit
	d.sockets -= left
	if err == nil {
		d.sockets += m.Visit(r.want, r.visit)
	}
	return begun, err
}

// repeats is how often a small table is read.
const repeats = 3

// repeatedly reads the tables several times and shows each socket once. The
// kernel goes on at a place in the chain of a hash bucket, so that a socket is
// passed over if one before it in the same chain has gone: in a table of a few
// buckets that happens, in one of the usual size it does not.
func (r *reading) repeatedly(ctx context.Context, dumps []dump) (begun bool, err error) {
	d := &r.conn.decoder
	d.all = map[uint64]struct{}{}
	defer func() { d.all = nil }()
	for n := range repeats {
		before := d.duplicates
		again, err := r.conn.dumpAll(ctx, dumps)
		if begun = begun || again; err != nil {
			return begun, err
		}
		if n > 0 {
			d.duplicates = before
		}
	}
	return begun, nil
}

// smallTable reports whether the namespace's table of connections has fewer
// buckets than connections can make long chains of (ip-sysctl.rst,
// tcp_ehash_entries; negative if the table is that of the whole system).
func smallTable() bool {
	text, err := os.ReadFile("/proc/sys/net/ipv4/tcp_ehash_entries")
	if err != nil {
		return false // older than namespaces' own tables (Linux 6.1)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	return err == nil && max(n, -n) < 4096 && n != 0
}

// refused reports whether a system has no sock_diag, or forbids it, rather than
// that it failed: no such socket family, protocol or module, or a seccomp rule.
func refused(err error) bool {
	for _, errno := range []unix.Errno{
		unix.EPERM, unix.EACCES, unix.ENOENT, unix.ENOSYS, unix.EPROTONOSUPPORT,
		unix.ESOCKTNOSUPPORT, unix.EAFNOSUPPORT, unix.EOPNOTSUPP, unix.ECONNREFUSED,
	} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// openDiag opens a sock_diag socket, which sees the network namespace that it
// was opened in, wherever it is used.
func openDiag() (fd int, err error) {
	fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return -1, fmt.Errorf("opening a sock_diag socket: %w", err)
	}
	limit := unix.NsecToTimeval(int64(patience))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("setting a time limit on sock_diag: %w", err)
	}
	return fd, nil
}

// link carries messages to the kernel and its datagrams back.
type link interface {
	send(message []byte) error
	// receive fills buf; n is the datagram's whole length, which may be more.
	receive(buf []byte) (n int, fromKernel bool, err error)
}

// netlink is the link that a sock_diag socket is, by its descriptor.
type netlink int

func (fd netlink) send(message []byte) error {
	return unix.Sendto(int(fd), message, 0, &unix.SockaddrNetlink{})
}

// receive asks for the whole length with MSG_TRUNC (recv(2)). Another process
// can write to our port, and is not the kernel then (netlink(7)).
func (fd netlink) receive(buf []byte) (n int, fromKernel bool, err error) {
	n, from, err := unix.Recvfrom(int(fd), buf, unix.MSG_TRUNC)
	sender, ok := from.(*unix.SockaddrNetlink)
	return n, ok && sender.Pid == 0, err
}

// conversation is what is said over one link.
type conversation struct {
	link    link
	seq     uint32
	buf     []byte
	decoder decoder
}

// dumpAll makes the dumps of one protocol one after another. It reports whether
// any socket came before an error.
func (c *conversation) dumpAll(ctx context.Context, dumps []dump) (begun bool, err error) {
	before := c.decoder.sockets
	for i := range dumps {
		if err := c.dump(ctx, &dumps[i]); err != nil {
			return i > 0 || c.decoder.sockets > before, err
		}
	}
	return true, nil
}

// dump sends one request and reads its answer to the end.
func (c *conversation) dump(ctx context.Context, d *dump) error {
	if c.buf == nil {
		c.buf = make([]byte, receiveSize)
	}
	c.seq++
	if err := c.link.send(d.request(c.seq)); err != nil {
		return fmt.Errorf("asking sock_diag: %w", err)
	}
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("sock_diag did not finish: %w", err)
		}
		n, fromKernel, err := c.link.receive(c.buf)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN):
			continue // and look at the context
		case err != nil: // ENOBUFS among them: something was lost
			return fmt.Errorf("receiving from sock_diag: %w", err)
		}
		if !fromKernel {
			continue
		}
		if n > len(c.buf) {
			return fmt.Errorf("sock_diag: a datagram of %d bytes", n)
		}
		done, err := c.decoder.datagram(c.buf[:n], c.seq, d.proto)
		if err != nil || done {
			return err
		}
	}
}

// interfaceNames returns the look-up of interface names in the namespace of the
// socket, by their index; where that fails the index is the name, as it is in a
// zone (RFC 4007, section 11.2).
func interfaceNames(fd int) func(uint32) string {
	names := map[uint32]string{}
	return func(index uint32) string {
		name, ok := names[index]
		if !ok {
			name = interfaceName(fd, index)
			names[index] = name
		}
		return name
	}
}

// interfaceName asks with SIOCGIFNAME, netdevice(7).
func interfaceName(fd int, index uint32) string {
	request, err := unix.NewIfreq("?")
	if err == nil {
		request.SetUint32(index)
		err = unix.IoctlIfreq(fd, unix.SIOCGIFNAME, request)
	}
	if err != nil {
		return strconv.FormatUint(uint64(index), 10)
	}
	return request.Name()
}
