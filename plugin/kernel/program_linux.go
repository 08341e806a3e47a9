package kernel

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// program is bytecode in the making: the bisection of ports first, behind it
// the chains of conditions that it leads to, each once.
type program struct {
	code   []byte
	rules  []rule
	side   *side
	jumps  []jump
	chains []chainOf
}

type chainOf struct {
	rules []int
	at    int
}

// jump is a "no" that is to be filled in.
type jump struct {
	at int
	to target
}

// target is a position in the code or one of those below.
type target int

const (
	accept target = -1
	refuse target = -2
	chain0 target = -3 // chain n is chain0 - n
)

// bisect finds the span of a socket's port.
func (p *program) bisect(spans []portSpan) {
	if len(spans) == 1 {
		p.op(opJump, p.end(&spans[0]))
		return
	}
	mid := len(spans) / 2
	below := p.port(p.side.from, spans[mid].first)
	p.bisect(spans[mid:])
	if mid == 1 {
		p.jumps[below].to = p.end(&spans[0])
		return
	}
	p.jumps[below].to = p.here()
	p.bisect(spans[:mid])
}

// end is where a socket in that span goes.
func (p *program) end(s *portSpan) target {
	switch {
	case len(s.rules) == 0:
		return refuse
	case s.takesAll():
		return accept
	}
	n := slices.IndexFunc(p.chains, func(c chainOf) bool { return slices.Equal(c.rules, s.rules) })
	if n < 0 {
		n = len(p.chains)
		p.chains = append(p.chains, chainOf{rules: s.rules})
	}
	return chain0 - target(n)
}

// chain writes what a socket at the ports of a span runs through: a bisection
// of the remote addresses, with short chains of conditions at its ends.
func (p *program) chain(c *chainOf) {
	c.at = len(p.code)
	p.hosts(c.rules)
}

// mapped are the IPv6 addresses that IPv4 rules fit too.
var mapped = netip.MustParsePrefix("::ffff:0:0/96")

// hosts halves the rules by a network that holds about half of their addresses,
// until few are left, or none parts them.
func (p *program) hosts(rules []int) {
	var network netip.Prefix
	if len(rules) > shortChain && len(p.code) <= maxCode {
		network = halving(p.rules, rules)
	}
	if !network.IsValid() {
		p.inTurn(rules)
		return
	}
	var within, without []int
	for _, n := range rules {
		remote := p.rules[n].remote
		if !remote.IsValid() || remote.Overlaps(network) || remote.Addr().Is4() && network.Overlaps(mapped) {
			within = append(within, n)
		}
		if !remote.IsValid() || remote.Bits() < network.Bits() || !network.Contains(remote.Addr()) {
			without = append(without, n)
		}
	}
	if len(within) == len(rules) || len(without) == len(rules) {
		p.inTurn(rules)
		return
	}
	outside := p.host(opRemoteIs, network)
	p.hosts(within)
	p.land([]int{outside})
	p.hosts(without)
}

// inTurn writes the conditions of rules one after another.
func (p *program) inTurn(rules []int) {
	conditions := 0
	for _, n := range rules {
		conditions += p.rules[n].conditions(p.side)
	}
	if conditions > maxChain {
		p.op(opJump, accept) // dearer to look at than to take
		return
	}
	var failed []int // jumps to the next rule
	for _, n := range rules {
		p.land(failed)
		failed = p.rule(&p.rules[n])
	}
	for _, j := range failed {
		p.jumps[j].to = refuse
	}
	if len(rules) == 0 {
		p.op(opJump, refuse)
	}
}

// rule writes the conditions of a rule, and returns the jumps of those that a
// socket fails.
func (p *program) rule(r *rule) (failed []int) {
	if r.remote.IsValid() {
		failed = append(failed, p.host(opRemoteIs, r.remote))
	}
	if r.local.IsValid() {
		failed = append(failed, p.host(opLocalIs, r.local))
	}
	if p.side != byRemotePort || len(r.localPorts) == 0 {
		p.op(opJump, accept)
		return failed
	}
	var outside []int
	for _, ports := range r.localPorts {
		p.land(outside)
		outside = []int{p.port(opLocalFrom, int(ports.First)), p.port(opLocalTo, int(ports.Last))}
		p.op(opJump, accept)
	}
	return append(failed, outside...)
}

// op writes an operation without arguments, and returns its jump.
func (p *program) op(code byte, no target) int {
	p.jumps = append(p.jumps, jump{len(p.code), no})
	p.code = append(p.code, code, opLen, 0, 0)
	return len(p.jumps) - 1
}

// port writes the comparison with a port.
func (p *program) port(code byte, port int) int {
	j := p.op(code, refuse)
	p.code = binary.NativeEndian.AppendUint16(append(p.code, 0, 0), uint16(port))
	p.takes(j)
	return j
}

// host writes the comparison with an address: struct inet_diag_hostcond.
func (p *program) host(code byte, prefix netip.Prefix) int {
	j := p.op(code, refuse)
	family := byte(unix.AF_INET)
	if prefix.Addr().Is6() {
		family = unix.AF_INET6
	}
	p.code = append(p.code, family, byte(prefix.Bits()), 0, 0)
	p.code = binary.NativeEndian.AppendUint32(p.code, math.MaxUint32) // any port
	p.code = append(p.code, prefix.Addr().AsSlice()...)
	p.takes(j)
	return j
}

// takes notes the length of the operation that was written last: its yes.
func (p *program) takes(j int) {
	at := p.jumps[j].at
	p.code[at+1] = byte(len(p.code) - at)
}

func (p *program) here() target { return target(len(p.code)) }

// land lets jumps go to what is written next.
func (p *program) land(jumps []int) {
	for _, j := range jumps {
		p.jumps[j].to = p.here()
	}
}

// link fills in the jumps.
func (p *program) link() {
	for _, j := range p.jumps {
		to := int(j.to)
		switch {
		case j.to == accept:
			to = len(p.code)
		case j.to == refuse:
			to = len(p.code) + reject
		case j.to <= chain0:
			to = p.chains[chain0-j.to].at
		}
		binary.NativeEndian.PutUint16(p.code[j.at+2:], uint16(to-j.at))
	}
}
