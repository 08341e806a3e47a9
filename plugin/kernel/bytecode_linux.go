package kernel

import (
	"fmt"
	"net/netip"
	"slices"

	"check_netstat/parse"
)

// The kernel's filter language, inet_diag_bc_run in net/ipv4/inet_diag.c. Each
// operation is {code u8, yes u8, no u16} with its arguments behind it, and goes
// on at itself plus yes or no. Jumps go forward only, yes to the next operation;
// a program that ends just behind itself takes the socket, 4 bytes further it
// does not.
const (
	opJump       = 1 // INET_DIAG_BC_JMP: always "no"
	opLocalFrom  = 2 // INET_DIAG_BC_S_GE, port in the "no" of a second operation
	opLocalTo    = 3 // INET_DIAG_BC_S_LE
	opRemoteFrom = 4 // INET_DIAG_BC_D_GE
	opRemoteTo   = 5 // INET_DIAG_BC_D_LE
	opLocalIs    = 7 // INET_DIAG_BC_S_COND, with struct inet_diag_hostcond
	opRemoteIs   = 8 // INET_DIAG_BC_D_COND
	opLen        = 4
	hostCondLen  = 8 // family u8, prefix length u8, 2 unused, port s32
	reject       = 4 // bytes behind the end
)

const (
	// maxChain bounds the conditions that one socket runs through one after
	// another. Measured on Linux 6.18, each costs 20 ns, and taking the socket,
	// from the kernel's table to visit, 800 ns: 64 addresses in a chain cost 1.5
	// of a full dump, bisected 0.34.
	maxChain = 32
	// shortChain is what is not worth a bisection.
	shortChain = 3
	// maxCode bounds the program in bytes; the kernel's check of it costs the
	// square of that (valid_cc): 6 ms at this size.
	maxCode = 32 << 10
	// maxRules bounds what is compiled at all.
	maxRules = 4096
)

// rule chooses sockets: all that is given must fit.
type rule struct {
	remote, local           netip.Prefix
	remotePorts, localPorts []parse.PortRange
}

// compile makes the program that takes the sockets which fit any of the rules,
// and perhaps others. It is nil where no program is worth its cost.
//
// A socket first finds its port among those of all rules by bisection, then
// runs through the addresses that are wanted there: 20 items cost it about five
// operations, not 20.
func compile(rules []rule) []byte {
	rules = distinct(rules)
	if len(rules) == 0 || len(rules) > maxRules {
		return nil
	}
	side := byRemotePort
	if !slices.ContainsFunc(rules, func(r rule) bool { return len(r.remotePorts) > 0 }) {
		side = byLocalPort
	}
	spans := portSpans(rules, side)
	if len(spans) == 1 && spans[0].takesAll() {
		return nil
	}
	p := program{rules: rules, side: side}
	p.bisect(spans)
	for i := range p.chains {
		p.chain(&p.chains[i])
	}
	if len(p.code) > maxCode {
		return compileCoarse(rules)
	}
	p.link()
	return p.code
}

// compileCoarse leaves the addresses out, and with them most of the program.
func compileCoarse(rules []rule) []byte {
	coarse := slices.Clone(rules)
	left := false
	for i := range coarse {
		left = left || coarse[i].remote.IsValid() || coarse[i].local.IsValid()
		coarse[i].remote, coarse[i].local = netip.Prefix{}, netip.Prefix{}
	}
	if !left {
		return nil
	}
	return compile(coarse)
}

// distinct leaves out rules that say the same as one before.
func distinct(rules []rule) []rule {
	type key struct {
		remote, local netip.Prefix
		ports         string
	}
	seen := make(map[key]bool, len(rules))
	return slices.DeleteFunc(slices.Clone(rules), func(r rule) bool {
		k := key{r.remote, r.local, fmt.Sprint(r.remotePorts, r.localPorts)}
		before := seen[k]
		seen[k] = true
		return before
	})
}

// side is the end whose port is bisected.
type side struct {
	from  byte // the operation that compares it
	ports func(*rule) []parse.PortRange
}

var (
	byRemotePort = &side{opRemoteFrom, func(r *rule) []parse.PortRange { return r.remotePorts }}
	byLocalPort  = &side{opLocalFrom, func(r *rule) []parse.PortRange { return r.localPorts }}
)

// portSpan is the ports from first up to the next span's, where the same rules
// may fit: their indexes, none of them where nothing fits.
type portSpan struct {
	first int
	rules []int
}

// all stands for the rules of a span that takes every socket.
const all = -1

func (s *portSpan) takesAll() bool { return len(s.rules) == 1 && s.rules[0] == all }

// portSpans cuts the range of ports where the rules begin and end.
func portSpans(rules []rule, by *side) []portSpan {
	type edge struct{ port, rule, step int }
	var edges []edge // a rule's ports begin (1) or end (-1)
	for i := range rules {
		ports := by.ports(&rules[i])
		if len(ports) == 0 {
			ports = []parse.PortRange{{First: 0, Last: 65535}}
		}
		for _, r := range ports {
			edges = append(edges, edge{int(r.First), i, 1}, edge{int(r.Last) + 1, i, -1})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return a.port - b.port })
	var spans []portSpan
	active := map[int]int{}
	for next, port := 0, 0; port <= 65535; {
		for ; next < len(edges) && edges[next].port == port; next++ {
			e := edges[next]
			if active[e.rule] += e.step; active[e.rule] == 0 {
				delete(active, e.rule)
			}
		}
		fits := chain(rules, by, active)
		if n := len(spans); n == 0 || !slices.Equal(spans[n-1].rules, fits) {
			spans = append(spans, portSpan{port, fits})
		}
		port = 65536
		if next < len(edges) {
			port = edges[next].port
		}
	}
	return spans
}

// chain returns the rules that a socket at some port is to run through.
func chain(rules []rule, by *side, active map[int]int) []int {
	fits := make([]int, 0, len(active))
	for i := range active {
		if rules[i].conditions(by) == 0 {
			return []int{all}
		}
		fits = append(fits, i)
	}
	slices.Sort(fits)
	return fits
}

// conditions counts those beside the port that is bisected.
func (r *rule) conditions(by *side) int {
	n := 0
	if r.remote.IsValid() {
		n++
	}
	if r.local.IsValid() {
		n++
	}
	if by == byRemotePort {
		n += len(r.localPorts)
	}
	return n
}
