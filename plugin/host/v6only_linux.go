package host

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// NETLINK_SOCK_DIAG, sock_diag(7): struct inet_diag_req_v2 and inet_diag_msg of
// include/uapi/linux/inet_diag.h.
const (
	sockDiagByFamily = 20 // SOCK_DIAG_BY_FAMILY, linux/sock_diag.h
	diagReqLen       = 56
	diagMsgLen       = 72
	// INET_DIAG_SKV6ONLY, an attribute of one byte, comes unasked with every
	// IPv6 socket (net/ipv4/inet_diag.c, inet_diag_msg_attrs_fill).
	diagSKV6Only = 11
	stateListen  = 1 << 10 // TCP_LISTEN
	stateClose   = 1 << 7  // TCP_CLOSE, the state of an unconnected UDP socket
)

// v6onlySockets asks the kernel for the sockets bound to [::] and whether each
// is v6-only. Where several share a port, one that serves IPv4 decides.
func v6onlySockets() (map[bound]bool, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, fmt.Errorf("opening a sock_diag socket: %w", err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return nil, fmt.Errorf("setting a time limit on sock_diag: %w", err)
	}
	found := map[bound]bool{}
	for _, q := range []struct {
		udp    bool
		proto  byte
		states uint32
	}{{false, unix.IPPROTO_TCP, stateListen}, {true, unix.IPPROTO_UDP, stateClose}} {
		err := dumpDiag(fd, q.proto, q.states, func(port uint16, wildcard, only bool) {
			if !wildcard {
				return
			}
			key := bound{q.udp, port}
			if before, seen := found[key]; !seen || before {
				found[key] = only
			}
		})
		if err != nil {
			return nil, fmt.Errorf("asking sock_diag: %w", err)
		}
	}
	return found, nil
}

// dumpDiag asks for the IPv6 sockets of one protocol in the given states.
func dumpDiag(fd int, proto byte, states uint32, visit func(port uint16, wildcard, only bool)) error {
	req := make([]byte, unix.NLMSG_HDRLEN+diagReqLen)
	binary.NativeEndian.PutUint32(req[0:], uint32(len(req)))
	binary.NativeEndian.PutUint16(req[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(req[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	body := req[unix.NLMSG_HDRLEN:]
	body[0], body[1] = unix.AF_INET6, proto
	binary.NativeEndian.PutUint32(body[4:], states)
	if err := unix.Sendto(fd, req, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return err
		}
		done, err := diagMessages(buf[:n], visit)
		if err != nil || done {
			return err
		}
	}
}

// diagMessages reads one datagram of netlink messages; done is true at the end
// of the dump.
func diagMessages(b []byte, visit func(port uint16, wildcard, only bool)) (done bool, err error) {
	for len(b) >= unix.NLMSG_HDRLEN {
		size := int(binary.NativeEndian.Uint32(b))
		kind := binary.NativeEndian.Uint16(b[4:])
		if size < unix.NLMSG_HDRLEN || size > len(b) {
			return false, errors.New("message of an impossible size")
		}
		body := b[unix.NLMSG_HDRLEN:size]
		switch kind {
		case unix.NLMSG_DONE:
			return true, nil
		case unix.NLMSG_ERROR:
			if len(body) < 4 {
				return false, errors.New("error message cut short")
			}
			return false, unix.Errno(-int32(binary.NativeEndian.Uint32(body)))
		case sockDiagByFamily:
			if len(body) < diagMsgLen {
				return false, errors.New("socket message cut short")
			}
			diagSocket(body, visit)
		}
		b = b[min(len(b), (size+3)&^3):]
	}
	return false, nil
}

// diagSocket reads one struct inet_diag_msg: family, state, timer, retrans,
// then source port (big endian) at 4 and source address at 8, attributes behind.
func diagSocket(body []byte, visit func(port uint16, wildcard, only bool)) {
	port := binary.BigEndian.Uint16(body[4:])
	wildcard := [16]byte(body[8:24]) == [16]byte{}
	for attrs := body[diagMsgLen:]; len(attrs) >= 4; {
		size := int(binary.NativeEndian.Uint16(attrs))
		if size < 4 || size > len(attrs) {
			return
		}
		if binary.NativeEndian.Uint16(attrs[2:]) == diagSKV6Only && size >= 5 {
			visit(port, wildcard, attrs[4] != 0)
			return
		}
		attrs = attrs[min(len(attrs), (size+3)&^3):]
	}
}
