package kernel

import (
	"slices"

	"golang.org/x/sys/unix"

	"check_netstat/parse"
)

// dump is one walk of the kernel's tables.
type dump struct {
	proto  parse.Proto
	family uint8 // 0: both, for TCP only
	states uint32
	ext    uint8 // INET_DIAG_* that is asked for besides
	mptcp  bool
	code   []byte // bytecode that chooses the sockets, none: all of those states
}

// plan returns the dumps that show every socket of a protocol that the filter
// wants. Listening TCP sockets stand in a table of their own: asking for them
// apart costs no second walk of the others, 0.016 of it at 100,000 sockets, and
// lets each walk have its own bytecode. UDP has one table, which each family
// walks whole.
func plan(want Query, proto parse.Proto) []dump {
	if want == nil {
		if proto == parse.UDP {
			return udpDumps(connectedOnly|closedOnly, nil)
		}
		return []dump{{proto: parse.TCP, states: allStates | boundOnly}}
	}
	listening, connected := rules(want, proto)
	if proto == parse.UDP {
		states := uint32(0)
		if len(listening) > 0 {
			states |= closedOnly | connectedOnly // one may be connected to itself
		}
		if len(connected) > 0 {
			states |= connectedOnly
		}
		if states == 0 {
			return nil
		}
		return udpDumps(states, compile(append(listening, connected...)))
	}
	var dumps []dump
	if len(listening) > 0 {
		dumps = append(dumps, dump{proto: parse.TCP, states: listenOnly, code: compile(listening)})
	}
	if slices.ContainsFunc(want, func(p Predicate) bool { return p.Bound && p.Proto == proto }) {
		dumps = append(dumps, dump{proto: parse.TCP, states: boundOnly})
	}
	// Sockets of which every one of a state is wanted are asked for apart, so that
	// each comes once.
	whole := wholeStates(want)
	if len(connected) > 0 {
		dumps = append(dumps, dump{proto: parse.TCP, states: allStates &^ (listenOnly | whole), code: compile(connected)})
	}
	if whole != 0 {
		dumps = append(dumps, dump{proto: parse.TCP, states: whole})
	}
	return dumps
}

func udpDumps(states uint32, code []byte) []dump {
	return []dump{
		{proto: parse.UDP, family: unix.AF_INET, states: states, code: code},
		{proto: parse.UDP, family: unix.AF_INET6, states: states, code: code},
	}
}

// rules are the terms as bytecode can judge them. A listening socket is chosen
// by its port alone, because a wildcard serves every address.
func rules(want Query, proto parse.Proto) (listening, connected []rule) {
	for i := range want {
		t := &want[i]
		switch {
		case t.Proto != proto && t.Proto != 0, t.Bound, t.State != 0:
		case t.Listening:
			listening = append(listening, rule{localPorts: t.LocalPorts})
		default:
			connected = append(connected, rule{t.Remote, t.Local, t.RemotePorts, t.LocalPorts})
		}
	}
	return listening, connected
}

// wholeStates are the TCP states of which the query wants every socket.
func wholeStates(want Query) (states uint32) {
	for i := range want {
		if s := want[i].State; s != 0 && want[i].Proto == parse.TCP {
			states |= 1 << s
		}
	}
	return states & allStates
}
