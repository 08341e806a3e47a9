package watch

import (
	"fmt"
	"net/netip"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
	"check_netstat/plugin/state"
)

// Kind is the kind of a watch list and of its items.
type Kind uint8

// The kinds.
const (
	Connection Kind = iota + 1
	Listening
	Count                 // all TCP sockets in one state, or all UDP sockets
	UnexpectedListening   // what listens, but no item covers it
	UnexpectedConnections // outbound connections that no item covers
)

// String returns "connection", "listening" or "count", as in keys and JSON;
// both kinds of what is unexpected are "unexpected".
func (k Kind) String() string {
	return [...]string{
		Connection: "connection", Listening: "listening", Count: "count",
		UnexpectedListening: "unexpected", UnexpectedConnections: "unexpected",
	}[k]
}

// IsUnexpected reports whether items of this kind stand for what no other item
// covers.
func (k Kind) IsUnexpected() bool { return k == UnexpectedListening || k == UnexpectedConnections }

// Expect says what makes an item OK.
type Expect uint8

// The expectations.
const (
	Present Expect = iota // at least one match
	Absent                // no match
	Any                   // only ranges judge
)

// String returns the word of the expect column.
func (e Expect) String() string { return [...]string{"present", "absent", "any"}[e] }

func parseExpect(text string) (Expect, error) {
	for e := Present; e <= Any; e++ {
		if strings.EqualFold(text, e.String()) {
			return e, nil
		}
	}
	if text == "" {
		return Present, nil
	}
	return Present, fmt.Errorf("expect %q: not present, absent or any", text)
}

// States is a set of TCP states.
type States uint16

// StatesOf returns the set of the given states.
func StatesOf(states ...parse.State) States {
	var set States
	for _, s := range states {
		set |= 1 << s
	}
	return set
}

// Has reports whether s is in the set.
func (set States) Has(s parse.State) bool { return set&(1<<s) != 0 }

// parseStates reads TCP states separated by blanks.
func parseStates(column, text string, otherwise States) (States, error) {
	var set States
	for word := range strings.FieldsSeq(text) {
		s, ok := parse.StateByName(word)
		if !ok {
			return 0, fmt.Errorf("%s %q: not a TCP state such as ESTABLISHED", column, word)
		}
		if s == parse.Listen {
			return 0, fmt.Errorf("%s %q: a connection is never in that state", column, word)
		}
		set |= 1 << s
	}
	if set == 0 {
		return otherwise, nil
	}
	return set, nil
}

// Addrs is the set of addresses an item names: one address, a network, or any.
// The zero value is "not given".
type Addrs struct {
	Any    bool         // "*"
	Prefix netip.Prefix // a single address is a prefix of its full length
	Zone   string       // the zone of an IPv6 address, "" for every zone
}

// IsZero reports whether no address was given.
func (a Addrs) IsZero() bool { return !a.Any && !a.Prefix.IsValid() }

// Contains reports whether the address is in the set. IPv4-mapped IPv6
// addresses equal their IPv4 address; a zone is compared only where given.
func (a Addrs) Contains(ip netip.Addr) bool {
	if a.Any {
		return true
	}
	ip = ip.Unmap()
	return a.Prefix.Contains(ip.WithZone("")) && (a.Zone == "" || a.Zone == ip.Zone())
}

// String returns the address, the network in CIDR notation, "*" or "".
func (a Addrs) String() string {
	switch {
	case a.Any:
		return "*"
	case !a.Prefix.IsValid():
		return ""
	case a.Prefix.IsSingleIP() && a.Zone != "":
		return a.Prefix.Addr().String() + "%" + a.Zone
	case a.Prefix.IsSingleIP():
		return a.Prefix.Addr().String()
	}
	return a.Prefix.String()
}

// parseAddrs reads an address, a network in CIDR notation, "*" or "".
func parseAddrs(text string) (Addrs, error) {
	switch {
	case text == "":
		return Addrs{}, nil
	case text == "*":
		return Addrs{Any: true}, nil
	case strings.Contains(text, "/"):
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return Addrs{}, fmt.Errorf("%q is no network such as 10.0.0.0/8", text)
		}
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return Addrs{Prefix: p.Masked()}, nil
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	ip, err := netip.ParseAddr(bare)
	if err != nil {
		return Addrs{}, fmt.Errorf("%q is no IP address", text)
	}
	ip = ip.Unmap()
	return Addrs{Prefix: netip.PrefixFrom(ip.WithZone(""), ip.BitLen()), Zone: ip.Zone()}, nil
}

// Item is one row of a watch list.
type Item struct {
	Kind    Kind
	Key     string // stable and unique among the items of a run
	Name    string // the name column as it was written, "" if there is none
	Where   string // "file:line", or the option it was given with
	Comment string
	Err     error // why the item cannot be judged, nil where it can; a RowError where its fields are wrong

	list   *layout    // nil for an ad-hoc item
	fields []position // where each field of its row begins

	// Proto and Family are the protocol of a listening item; a connection is
	// TCP. Family is 0 for "tcp" and "udp".
	Proto  parse.Proto
	Family parse.Family

	// Remote is the other end of a connection. Where RemoteName is set, Remote
	// is not, and Resolved holds the addresses of that name.
	Remote      Addrs
	RemoteName  string
	Resolved    []netip.Addr
	ResolveErr  error
	RemotePorts Ports
	// RemoteIgnored is a remoteName that stands beside a remoteIP and is not used.
	RemoteIgnored string

	// Local is what a listening item is bound to (zero: anything), or the local
	// end of a connection (zero: any).
	Local      Addrs
	LocalPorts Ports

	Program program.Pattern // the zero value fits every program
	// Service is the systemd unit or Windows service that the socket belongs to,
	// as it was written: "*" and "?" match. "" fits every service, and none.
	Service service.Pattern

	Warning, Critical Range // on the number of matches in OK states
	Expect            Expect
	// MaxRecvQ and MaxSendQ are the most that the queues of a socket may hold:
	// bytes of a connection, waiting connections of a TCP listener.
	MaxRecvQ, MaxSendQ Limit

	// HalfResolved are the families of RemoteName's addresses that could not be
	// looked up, while the others could: Resolved is then not all of them.
	HalfResolved []parse.Family

	// Expected is what an item of an unexpected kind looks beyond, nil for others.
	Expected *Expected

	// OK and Warn are the TCP states of a connection that make it OK and WARNING.
	OK, Warn States
}

// Expected is what may be there: an item of an unexpected kind finds the rest.
type Expected struct {
	Items    []Item      // all that is watched or allowed
	State    state.State // of what none of them covers
	UDP      bool        // of listening sockets, UDP ones, too
	External bool        // only those that are not bound to loopback
	// Incomplete says that a list or row could not be read, so that more may be
	// covered.
	Incomplete bool
}

// Endpoint returns what the item watches, for people: "10.1.11.83:80",
// "udp 127.0.0.1:49740", "tcp any:10115".
func (it *Item) Endpoint() string {
	if it.Kind == Count {
		return it.displayCount()
	}
	if it.Kind == Listening {
		host := it.Local.String()
		if it.Local.IsZero() {
			host = "any"
		}
		return it.ProtoText() + " " + joinHostPort(host, it.LocalPorts.String())
	}
	host := it.RemoteName
	if host == "" {
		host = it.Remote.String()
	}
	text := joinHostPort(host, it.RemotePorts.String())
	if !it.Local.IsZero() || !it.LocalPorts.IsZero() {
		local, ports := it.Local.String(), it.LocalPorts.String()
		if local == "" {
			local = "any"
		}
		if ports == "" {
			ports = "*"
		}
		text += " from local " + joinHostPort(local, ports)
	}
	return text
}

// ProtoText returns the value of the ipProtocol column: "tcp", "udp6".
func (it *Item) ProtoText() string {
	if it.Family != 0 {
		return fmt.Sprintf("%s%d", it.Proto, it.Family)
	}
	return it.Proto.String()
}

func joinHostPort(host, port string) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port
}
