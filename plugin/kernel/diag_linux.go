package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// The messages of NETLINK_SOCK_DIAG, sock_diag(7), include/uapi/linux/
// inet_diag.h and sock_diag.h.
const (
	// tcpdiagGetsock asks with struct inet_diag_req, the older request. It
	// walks the sockets of both families at once, about 30% cheaper than a
	// SOCK_DIAG_BY_FAMILY request for each (inet_diag_dump_compat).
	tcpdiagGetsock = 18 // TCPDIAG_GETSOCK
	compatReqLen   = 60 // struct inet_diag_req
	diagReqLen     = 56 // struct inet_diag_req_v2
	diagMsgLen     = 72 // struct inet_diag_msg
	reqBytecode    = 1  // INET_DIAG_REQ_BYTECODE
	attrLen        = 4  // struct rtattr
	reqProtocol    = 3  // INET_DIAG_REQ_PROTOCOL
	// extInfo asks for INET_DIAG_INFO and, with it, INET_DIAG_ULP_INFO.
	extInfo = 1 << (attrInfo - 1)
)

// The attributes of an answer (inet_diag_msg_attrs_fill). attrV6Only comes
// unasked with each IPv6 socket that listens or is not connected, attrCgroup with
// every socket since Linux 5.8.
const (
	attrInfo   = 2  // INET_DIAG_INFO
	attrV6Only = 11 // INET_DIAG_SKV6ONLY
	attrULP    = 19 // INET_DIAG_ULP_INFO
	attrCgroup = 21 // INET_DIAG_CGROUP_ID
)

// The states of include/net/tcp_states.h have the numbers of parse.State.
const (
	listenOnly = uint32(1) << parse.Listen
	// closedOnly: a UDP socket that is not connected is in TCP_CLOSE.
	closedOnly    = uint32(1) << parse.Closed
	connectedOnly = uint32(1) << parse.Established
	// boundOnly is TCP_BOUND_INACTIVE (Linux 6.8): TCP sockets that are bound, but
	// neither listen nor are connected. An older kernel does not know the bit and
	// shows none.
	boundOnly     = uint32(1) << boundInactive
	boundInactive = 13
	// allStates leaves it out: no other source shows them. The kernel adds
	// TCP_NEW_SYN_RECV to TCP_SYN_RECV itself.
	allStates = uint32(1)<<(parse.Closing+1) - 1<<parse.Established
)

// request builds the message that asks for a dump.
func (d *dump) request(seq uint32) []byte {
	kind, reqLen := uint16(tcpdiagGetsock), compatReqLen
	if d.family != 0 {
		kind, reqLen = unix.SOCK_DIAG_BY_FAMILY, diagReqLen
	}
	b := make([]byte, unix.NLMSG_HDRLEN+reqLen, unix.NLMSG_HDRLEN+reqLen+2*attrLen+4+len(d.code))
	body := b[unix.NLMSG_HDRLEN:]
	if d.family == 0 {
		body[0] = unix.AF_INET // not looked at
		body[3] = d.ext
		binary.NativeEndian.PutUint32(body[52:], d.states)
	} else {
		body[0], body[1], body[2] = d.family, unix.IPPROTO_UDP, d.ext
		binary.NativeEndian.PutUint32(body[4:], d.states)
	}
	if d.mptcp {
		b = binary.NativeEndian.AppendUint16(b, attrLen+4)
		b = binary.NativeEndian.AppendUint16(b, reqProtocol)
		b = binary.NativeEndian.AppendUint32(b, unix.IPPROTO_MPTCP)
	}
	if len(d.code) > 0 {
		b = binary.NativeEndian.AppendUint16(b, uint16(attrLen+len(d.code)))
		b = binary.NativeEndian.AppendUint16(b, reqBytecode)
		b = append(b, d.code...)
	}
	binary.NativeEndian.PutUint32(b[0:], uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], kind)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	binary.NativeEndian.PutUint32(b[8:], seq)
	return b
}

var (
	errCut = errors.New("sock_diag: message cut short")
	// errInterrupted: a dump that is not of one moment in a way that the kernel
	// marks (NLM_F_DUMP_INTR, netlink(7)). inet_diag has no reason to do so yet.
	errInterrupted = errors.New("sock_diag: the dump was interrupted by a change")
)

// decoder turns datagrams of sock_diag into sockets. It reuses one socket, and
// allocates nothing but the zones of link-local addresses (BenchmarkDecode).
type decoder struct {
	visit      func(*parse.Socket)
	ifname     func(index uint32) string
	socket     parse.Socket
	recent     recent
	all        map[uint64]struct{} // the cookies of all sockets, nil if the recent ones will do
	mptcp      bool                // the answers are of MPTCP
	token      uint32              // of the MPTCP connection that the socket is or belongs to
	sockets    int
	duplicates int
}

// datagram reads the messages of one datagram, the answer to the dump of that
// sequence number; done is true at the end of the dump.
func (d *decoder) datagram(b []byte, seq uint32, proto parse.Proto) (done bool, err error) {
	for len(b) > 0 {
		if len(b) < unix.NLMSG_HDRLEN {
			return false, errCut
		}
		size := int(binary.NativeEndian.Uint32(b))
		if size < unix.NLMSG_HDRLEN || size > len(b) {
			return false, errCut
		}
		body := b[unix.NLMSG_HDRLEN:size]
		kind := binary.NativeEndian.Uint16(b[4:])
		if got := binary.NativeEndian.Uint32(b[8:]); got != seq {
			return false, fmt.Errorf("sock_diag: answer to request %d, not %d", got, seq)
		}
		if binary.NativeEndian.Uint16(b[6:])&unix.NLM_F_DUMP_INTR != 0 {
			return false, errInterrupted
		}
		switch kind {
		case unix.NLMSG_DONE:
			// Its body is what the walk returned (netlink_dump_done), as where
			// the protocol's diag module is missing.
			if len(body) >= 4 {
				err = errnoOf(body)
			}
			return true, err
		case unix.NLMSG_ERROR:
			if len(body) < 4 {
				return false, errCut
			}
			if err := errnoOf(body); err != nil {
				return true, err
			}
			return false, errors.New("sock_diag: an acknowledgement instead of an answer")
		case unix.NLMSG_OVERRUN:
			return false, errors.New("sock_diag: data was lost")
		case unix.NLMSG_NOOP:
		case tcpdiagGetsock, unix.SOCK_DIAG_BY_FAMILY:
			if len(body) < diagMsgLen {
				return false, errCut
			}
			if err := d.message(body, proto); err != nil {
				return false, err
			}
		default:
			return false, fmt.Errorf("sock_diag: message of type %d", kind)
		}
		b = b[min(len(b), (size+3)&^3):]
	}
	return false, nil
}

// errnoOf reads the negative error number that a message begins with.
func errnoOf(body []byte) error {
	n := int32(binary.NativeEndian.Uint32(body))
	if n >= 0 {
		return nil
	}
	return fmt.Errorf("sock_diag: %w", unix.Errno(-n))
}

// message reads one struct inet_diag_msg:
//
//	 0 family, state, timer, retrans
//	 4 source port, destination port (big endian)
//	 8 source address, 24 destination address (16 bytes each)
//	40 interface, 44 cookie (8 bytes), 52 expires, receive and send queue
//	64 user, 68 inode, 72 attributes
func (d *decoder) message(b []byte, proto parse.Proto) error {
	if d.sawBefore(binary.NativeEndian.Uint64(b[44:])) {
		d.duplicates++
		return nil
	}
	s := &d.socket
	switch b[0] {
	case unix.AF_INET:
		s.Family = parse.IPv4
		s.Local.Addr = netip.AddrFrom4([4]byte(b[8:12]))
		s.Remote.Addr = netip.AddrFrom4([4]byte(b[24:28]))
	case unix.AF_INET6:
		s.Family = parse.IPv6
		s.Local.Addr = netip.AddrFrom16([16]byte(b[8:24]))
		s.Remote.Addr = netip.AddrFrom16([16]byte(b[24:40]))
	default:
		return fmt.Errorf("sock_diag: socket of address family %d", b[0])
	}
	s.Device = ""
	if device := binary.NativeEndian.Uint32(b[40:]); device != 0 {
		s.Device = d.ifname(device)
		d.zone(&s.Local)
		d.zone(&s.Remote)
	}
	s.Proto = proto
	s.Local.Port = binary.BigEndian.Uint16(b[4:])
	s.Remote.Port = binary.BigEndian.Uint16(b[6:])
	s.State, s.Word = parse.NoState, ""
	if proto == parse.TCP {
		s.SetLinuxState(uint32(b[1]))
	}
	s.Owners = nil
	s.Inode = binary.NativeEndian.Uint32(b[68:])
	s.NoInode = s.Inode == 0
	d.queues(b)
	s.V6Only, s.Cgroup = parse.Maybe, 0
	d.token = 0
	for attrs := b[diagMsgLen:]; len(attrs) >= attrLen; {
		size := int(binary.NativeEndian.Uint16(attrs))
		if size < attrLen || size > len(attrs) {
			break
		}
		d.attribute(binary.NativeEndian.Uint16(attrs[2:]), attrs[attrLen:size])
		attrs = attrs[min(len(attrs), (size+3)&^3):]
	}
	d.sockets++
	d.visit(s)
	return nil
}

// sawBefore reports whether the socket of that cookie came before.
func (d *decoder) sawBefore(cookie uint64) bool {
	if d.all == nil {
		return d.recent.saw(cookie)
	}
	_, before := d.all[cookie]
	d.all[cookie] = struct{}{}
	return before
}

// queues reads queues and timer. Of a listener the two queues are the number of
// waiting connections and their limit (tcp_diag_get_info).
func (d *decoder) queues(b []byte) {
	s := &d.socket
	q := parse.Queues{Shown: true, Recv: binary.NativeEndian.Uint32(b[56:]), Send: binary.NativeEndian.Uint32(b[60:])}
	if s.Proto == parse.TCP {
		if s.State == parse.Listen {
			q.Limit, q.HasLimit, q.Send = q.Send, true, 0
		} else if b[2] < byte(len(timers)) {
			q.Timer, q.Retries = timers[b[2]], b[3]
		}
	}
	s.Queues = q
}

// timers are the numbers of idiag_timer (inet_csk_diag_fill).
var timers = [...]parse.Timer{parse.NoTimer, parse.Retransmit, parse.Keepalive, parse.TimeWaits, parse.Persist}

// attribute reads one attribute of a socket.
func (d *decoder) attribute(kind uint16, value []byte) {
	switch kind {
	case attrV6Only:
		if len(value) > 0 && d.socket.Family == parse.IPv6 {
			d.socket.V6Only = parse.No
			if value[0] != 0 {
				d.socket.V6Only = parse.Yes
			}
		}
	case attrCgroup:
		if len(value) >= 8 {
			d.socket.Cgroup = binary.NativeEndian.Uint64(value)
		}
	case attrInfo:
		if d.mptcp && len(value) >= infoToken+4 {
			d.token = binary.NativeEndian.Uint32(value[infoToken:])
		}
	case attrULP:
		d.token = subflowToken(value)
	}
}

// zone adds the device to a link-local address, which means nothing without.
func (d *decoder) zone(e *parse.Endpoint) {
	if e.Addr.Is6() && (e.Addr.IsLinkLocalUnicast() || e.Addr.IsLinkLocalMulticast()) {
		e.Addr = e.Addr.WithZone(d.socket.Device)
	}
}
