package kernel

import (
	"context"
	"errors"
	"fmt"
	"strconv"
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

// read asks sock_diag for each protocol that is wanted, and /proc/net where it
// refuses.
func read(ctx context.Context, want Query, netns string, visit func(*parse.Socket)) (Info, error) {
	info := Info{Via: SockDiag}
	fd, refusal := -1, error(nil)
	if err := within(netns, func() { fd, refusal = openDiag() }); err != nil {
		return info, err
	}
	if refusal != nil && !refused(refusal) {
		return info, refusal
	}
	if fd >= 0 {
		defer func() { _ = unix.Close(fd) }()
	}
	c := &conversation{link: netlink(fd), decoder: decoder{visit: visit, ifname: interfaceNames(fd)}}
	for _, proto := range []parse.Proto{parse.TCP, parse.UDP} {
		dumps := plan(want, proto)
		if len(dumps) == 0 {
			continue
		}
		begun, err := false, refusal
		if err == nil {
			begun, err = c.dumpAll(ctx, dumps)
			info.Filtered = info.Filtered || len(dumps[0].code) > 0
		}
		if !begun && refused(err) {
			if refusal != nil {
				info.Via = fmt.Sprintf("%s (%v)", ProcNet, err)
			} else {
				info.Via += fmt.Sprintf("; %s from %s (%v)", proto, ProcNet, err)
			}
			err = readProc(ctx, newProcReader(want, proto, visit), netns, &info)
		}
		if err != nil {
			return info, fmt.Errorf("reading the kernel's %s sockets: %w", proto, err)
		}
	}
	info.Sockets += c.decoder.sockets
	info.Duplicates += c.decoder.duplicates
	return info, nil
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
