package parse

import (
	"net/netip"
	"slices"
)

// Proto is the transport protocol of a socket.
type Proto uint8

// The transport protocols that check_netstat knows.
const (
	TCP Proto = iota + 1
	UDP
)

// String returns "tcp" or "udp".
func (p Proto) String() string {
	switch p {
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	}
	return "?"
}

// Family is the address family of a socket. The zero value means that the
// output does not tell, as for ss's "*:80".
type Family uint8

// The address families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// Endpoint is one end of a socket as the output shows it: an address or a host
// name, and a port or a service name. The zero value is "no endpoint".
type Endpoint struct {
	// Addr is the address, with its zone if one was shown. It is invalid where
	// the output shows "*", a name, or an address that may be cut.
	Addr netip.Addr
	// Host is what stands there instead of an address: "*", a host name, or the
	// text of an address that may be cut.
	Host string
	// Port is the port number, 0 where "*" or a service name is shown.
	Port uint16
	// Service is the service name where one is shown instead of a number.
	Service string
	// Cut says that netstat's column was just filled: the address (net-tools,
	// BSD) or the port (BusyBox, AIX) may continue beyond what is shown.
	Cut bool
}

// IsWildcard reports whether the endpoint is any address: 0.0.0.0, ::, * or
// none at all.
func (e Endpoint) IsWildcard() bool {
	if e.Addr.IsValid() {
		return e.Addr.Unmap().IsUnspecified()
	}
	return e.Host == "" || e.Host == "*"
}

// IsNone reports whether the endpoint is no endpoint: any address and no port,
// as the remote end of a listening socket is shown.
func (e Endpoint) IsNone() bool {
	return e.Port == 0 && e.Service == "" && e.IsWildcard()
}

// HostText returns the address, or what stands there instead: a name or "*".
func (e Endpoint) HostText() string {
	switch {
	case e.Addr.IsValid():
		return e.Addr.String()
	case e.Host == "":
		return "*"
	}
	return e.Host
}

// PortRange is a range of port numbers, both ends included.
type PortRange struct{ First, Last uint16 }

// Owner is one process that holds a socket.
type Owner struct {
	// PID is the process ID, 0 where the output shows none.
	PID uint32
	// Name is the program's name, empty where the output shows only the PID.
	Name string
	// Cut says that the column of the name was just filled, so that Name may be
	// only the beginning of the real name.
	Cut bool
	// Executable is the base name of the file that the process runs, "" if it is
	// not known or is Name.
	Executable string
}

// Tri is an answer that may not be known: to whether a socket is v6-only, or
// to whether it fits an item. The answers are ordered, and of several
// conditions that must all hold the smallest answer counts.
type Tri int8

// The answers. The zero value is Maybe.
const (
	No    Tri = -1
	Maybe Tri = 0
	Yes   Tri = 1
)

// Timer is what a socket of the system waits for, as Linux tells it
// (idiag_timer of inet_diag.h, the last column of netstat -o, "timer:" of ss).
type Timer uint8

// The timers.
const (
	NoTimer    Timer = iota // none runs, or none is shown
	Retransmit              // "on": data or SYN is sent again
	Keepalive               // "keepalive": nothing was heard for long
	TimeWaits               // "timewait"
	Persist                 // "probe", "persist": the peer's window is closed, and is probed
)

// Queues are the queues of a socket, as far as a source shows them. The zero
// value shows none.
type Queues struct {
	Shown bool
	// Recv and Send are bytes received but not read, and bytes sent but not
	// acknowledged. Of a TCP listener Recv is the number of connections that no
	// program has accepted yet.
	Recv, Send uint32
	// Limit is the limit of a TCP listener's accept queue, if HasLimit.
	Limit    uint32
	HasLimit bool
	// Lenient says that the accept queue holds up to one and a half times its
	// limit (BSD, macOS).
	Lenient bool
	// Timer is what runs, and Retries how often it has fired without an answer:
	// retransmissions, window probes or keep-alive probes.
	Timer   Timer
	Retries uint8
}

// Socket is one TCP or UDP row of a snapshot.
type Socket struct {
	Proto Proto
	// ProtoUnsure says that Proto is only likely: the output does not tell TCP
	// from UDP.
	ProtoUnsure bool
	Family      Family
	Local       Endpoint
	Remote      Endpoint
	// State is the TCP state, [NoState] for UDP and where none is shown (whether
	// such a socket without a remote end listens is not told), and
	// [OtherState] where Word holds a state that is not known.
	State State
	// Word is the state as it stands in the output where it is not known.
	Word string
	// Owners are the processes that hold the socket, as far as they are shown.
	Owners []Owner
	// Hidden says that a program holds the socket but cannot be seen.
	Hidden bool
	// Inode is Linux's number of the socket, by which its owners are found; 0
	// where none is shown or no process holds the socket.
	Inode uint32
	// NoInode says that the source shows inodes, and shows none for this socket:
	// no process has it, nor has had it yet.
	NoInode bool
	// Cgroup is Linux's ID of the control group that the socket belongs to, 0 if
	// none is shown.
	Cgroup uint64
	// V6Only says whether a socket bound to :: takes IPv6 peers only.
	V6Only Tri
	// Device is the network device that the socket is bound to, "" for none and
	// where none is shown.
	Device string
	// Services are the services that the socket belongs to, as far as they are
	// shown: one control group's path for Linux (ss's cgroup:), the short names
	// of Windows services that its process runs (-b).
	Services []string
	// Queues are the socket's queues and timer.
	Queues Queues
	doubt  doubt  // see dialect
	id     string // of lsof: what tells the socket from its twins
}

// Listening reports whether the socket waits for peers: a TCP socket in state
// LISTEN, or a UDP socket without a remote end or with itself as that, as
// services of Windows hold ports.
func (s *Socket) Listening() bool {
	if s.Proto == UDP {
		return s.Remote.IsNone() || s.Remote.Addr.IsValid() && s.Remote == s.Local
	}
	return s.State == Listen
}

// HasState reports whether the socket's state is known: UDP has none to know.
func (s *Socket) HasState() bool {
	return s.Proto == UDP || s.State != NoState && s.State != OtherState
}

// MayListen reports whether the socket may wait for peers though its state does
// not say so: a TCP socket with a local port and no remote one, whose state is
// not shown or not known.
func (s *Socket) MayListen() bool {
	return !s.HasState() && s.looksListening()
}

// StateText returns the name of the socket's state, or its word where it is
// not known.
func (s *Socket) StateText() string {
	if s.State == OtherState {
		return s.Word
	}
	return s.State.String()
}

// Clone returns a copy that stays valid after the callback of [Netstat].
func (s *Socket) Clone() Socket {
	c := *s
	c.Owners = slices.Clone(s.Owners)
	c.Services = slices.Clone(s.Services)
	return c
}
