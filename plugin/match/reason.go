package match

import (
	"fmt"
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Reasons are one line each, in plain words, the same for every source. They
// say first what was found, and of a miss what is there instead.

// meaning explains the TCP states (RFC 9293, section 3.3.2) to a person who
// asks why a connection is not up.
var meaning = [parse.NumStates]string{
	parse.NoState:   "no state is shown",
	parse.SynSent:   "unanswered",
	parse.SynRecv:   "the handshake is not finished",
	parse.FinWait1:  "closed here, the remote end has not acknowledged",
	parse.FinWait2:  "closed here, the remote end has not closed",
	parse.TimeWait:  "closed a moment ago, late packets are waited for",
	parse.Closed:    "closed",
	parse.CloseWait: "the remote end has closed, the local program has not",
	parse.LastAck:   "both ends have closed, the last acknowledgement is missing",
	parse.Closing:   "both ends are closing at the same time",
	parse.Bound:     "bound, but not connected",
	parse.Idle:      "neither listening nor connected",
}

// maxListed bounds the addresses, ports or programs that a reason lists.
const maxListed = 3

// reason words a verdict that is certain.
func (j *judge) reason(v *Verdict, ev *evidence) string {
	text := j.found(v, ev)
	switch {
	case v.Critical.Alerts(v.Judged):
		return text + outside(v.Judged, "critical", v.Critical)
	case v.Warning.Alerts(v.Judged):
		return text + outside(v.Judged, "warning", v.Warning)
	}
	return text
}

func outside(n int, name string, r watch.Range) string {
	where := "outside"
	if strings.HasPrefix(r.String(), "@") {
		where = "inside"
	}
	return fmt.Sprintf("; %d is %s the %s range %s", n, where, name, r)
}

func (j *judge) found(v *Verdict, ev *evidence) string {
	switch {
	case v.Matched == 0 && len(ev.hidden) > 0: // in a state that is bad whosoever it is
		text := j.there(v.Item, ev.hidden)
		if why := meaning[ev.hidden[0].socket.State]; why != "" {
			text += ": " + why
		}
		return text + "; its program hidden"
	case v.Matched == 0 && v.Item.Expect != watch.Present:
		return "not there" + ifText(v.Item.Expect == watch.Absent, ", as it should be")
	case v.Matched == 0:
		return j.missing(v.Item, ev)
	case v.Item.Expect == watch.Absent && v.State == state.Critical:
		return "there, but should not be: " + j.present(v, ev)
	}
	return j.present(v, ev)
}

func ifText(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

// present says what matches.
func (j *judge) present(v *Verdict, ev *evidence) string {
	if v.Item.Kind == watch.Listening {
		text := "listening on " + list(ev.cells, func(ce *cell) string { return localEnd(&ce.socket) })
		if ev.assumed && !slices.ContainsFunc(ev.cells, func(ce *cell) bool { return !ce.dual }) {
			text += ", taken as serving IPv4 too: v6-only is not shown"
		}
		return text
	}
	counts := ""
	worst := parse.NoState
	for s, n := range v.States {
		if n == 0 {
			continue
		}
		if counts != "" {
			counts += ", "
		}
		counts += strconv.Itoa(n) + " " + parse.State(s).String()
		if worst == parse.NoState || n > v.States[worst] {
			worst = parse.State(s)
		}
	}
	if v.Judged == 0 && meaning[worst] != "" {
		counts += ": " + meaning[worst]
	}
	return counts
}

// missing says what is there instead of an item of which nothing is there.
func (j *judge) missing(it *watch.Item, ev *evidence) string {
	none, there := "no connection", "connected"
	if it.Kind == watch.Listening {
		none, there = "not listening", "listening"
	} else if len(ev.others) > 0 && !slices.ContainsFunc(ev.others, func(ce *cell) bool { return ce.socket.State == parse.Established }) {
		there = ev.others[0].socket.StateText()
	}
	if len(ev.others) > 0 {
		return there + ", but owned by " + list(ev.others, func(ce *cell) string { return j.owners(&ce.socket) }) +
			", not " + it.Program.String()
	}
	if len(ev.v6only) > 0 {
		return none + " over IPv4: bound to " + localEnd(&ev.v6only[0].socket) + " for IPv6 only"
	}
	if it.Kind == watch.Listening {
		return j.nearListening(it)
	}
	return none + j.nearConnection(it)
}

func (j *judge) nearListening(it *watch.Item) string {
	var same, other []*parse.Socket
	for port := range portsOf(it.LocalPorts) {
		near := j.c.near.listening[port]
		for i := range near {
			if near[i].Proto == it.Proto {
				same = append(same, &near[i])
			} else {
				other = append(other, &near[i])
			}
		}
	}
	switch {
	case len(same) > 0:
		return "listening, but only on " + list(same, localEnd)
	case len(other) > 0:
		return fmt.Sprintf("not listening; only %s is, on %s", other[0].Proto, list(other, localEnd))
	}
	var elsewhere []*parse.Socket
	for i := range j.c.near.anyPort {
		if s := &j.c.near.anyPort[i]; s.Proto == it.Proto && !it.Program.IsAny() && j.sameProgram(it, s) {
			elsewhere = append(elsewhere, s)
		}
	}
	if len(elsewhere) > 0 {
		return "not listening; " + j.owners(elsewhere[0]) + " listens on " + list(elsewhere, localEnd)
	}
	return "not listening"
}

// localEnd writes the local end, the wildcard by its family: ss writes "*".
func localEnd(s *parse.Socket) string {
	e := s.Local
	if e.Host == "*" {
		switch s.Family {
		case parse.IPv4:
			e.Addr = netip.IPv4Unspecified()
		case parse.IPv6:
			e.Addr = netip.IPv6Unspecified()
		}
	}
	return hostPort(e)
}

// portsOf goes through the ports that an item names; "*" names none.
func portsOf(ports watch.Ports) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		if ports.All() {
			return
		}
		for _, r := range ports.Ranges {
			for port := int(r.First); port <= int(r.Last); port++ {
				if !yield(uint16(port)) {
					return
				}
			}
		}
	}
}

func (j *judge) nearConnection(it *watch.Item) string {
	resolves := ""
	if it.RemoteName != "" {
		resolves = "; " + it.RemoteName + " resolves to " + list(it.Resolved, netip.Addr.String)
	}
	var near, locals []*parse.Socket
	for port := range portsOf(it.RemotePorts) {
		have := j.c.near.byPort[port]
		for i := range have {
			switch s := &have[i]; {
			case !j.hasAddress(it, s.Remote.Addr):
				near = append(near, s)
			case !localFits(it, s):
				locals = append(locals, s)
			}
		}
	}
	if len(locals) > 0 {
		return "; connected from " + list(locals, localEnd) + " instead"
	}
	// What a connection of the same program is connected to says most.
	if fits := slices.DeleteFunc(slices.Clone(near), func(s *parse.Socket) bool { return !j.sameProgram(it, s) }); len(fits) > 0 {
		return resolves + "; connected to " + list(fits, func(s *parse.Socket) string { return hostPort(s.Remote) }) + " instead"
	}
	for _, a := range j.addresses(it) {
		have := slices.DeleteFunc(slices.Clone(j.c.near.addrs[a]), func(s parse.Socket) bool {
			return it.RemotePorts.Contains(s.Remote.Port) || s.State != parse.Established
		})
		if len(have) > 0 {
			return resolves + "; connected to " + a.String() + " only on port " +
				list(have, func(s parse.Socket) string { return strconv.Itoa(int(s.Remote.Port)) })
		}
	}
	return resolves
}

// localFits reports whether the local end of a connection is the item's.
func localFits(it *watch.Item, s *parse.Socket) bool {
	return (it.Local.IsZero() || it.Local.Contains(s.Local.Addr)) &&
		(it.LocalPorts.IsZero() || it.LocalPorts.Contains(s.Local.Port))
}

// sameProgram reports whether the program is seen and is the item's.
func (j *judge) sameProgram(it *watch.Item, s *parse.Socket) bool {
	if it.Program.IsAny() {
		return it.RemoteName != "" // else any connection to the port would be near
	}
	fit, _ := j.program(it, s)
	return fit == watch.Yes && len(s.Owners) > 0
}

func (j *judge) hasAddress(it *watch.Item, a netip.Addr) bool {
	return !it.Remote.IsZero() && it.Remote.Contains(a) || slices.Contains(it.Resolved, plain(a))
}

func (j *judge) addresses(it *watch.Item) []netip.Addr {
	if p := it.Remote.Prefix; p.IsValid() && p.IsSingleIP() {
		return []netip.Addr{p.Addr()}
	}
	addrs := make([]netip.Addr, len(it.Resolved))
	for i, a := range it.Resolved {
		addrs[i] = plain(a)
	}
	return addrs
}

// uncertain says why a verdict cannot be known.
func (j *judge) uncertain(v *Verdict, ev *evidence) string {
	text := ""
	if v.Matched > 0 {
		text = j.present(v, ev) + "; "
	}
	switch {
	case len(ev.hidden) > 0:
		text += j.there(v.Item, ev.hidden) + ", its program hidden"
		if j.policy.Remedy != "" {
			text += ": " + j.policy.Remedy
		}
	case len(ev.cut) > 0:
		text += j.there(v.Item, ev.cut) + ", of a program whose name is cut: " +
			list(ev.cut, func(ce *cell) string { return j.owners(&ce.socket) })
	case len(ev.odd) > 0:
		text += fmt.Sprintf("in state %q, which is not known", ev.odd[0].socket.Word)
		if ev.odd[0].socket.Word == "" {
			text = "in a state that is not shown"
		}
	case len(ev.unclear) > 0:
		text += "may be " + shown(ev.unclear[0]) + ", which the output does not show whole: take it with -n, on Linux also -W"
	}
	return text
}

// there names the sockets in question.
func (j *judge) there(it *watch.Item, cells []*cell) string {
	if it.Kind == watch.Listening {
		return "listening on " + list(cells, func(ce *cell) string { return localEnd(&ce.socket) })
	}
	return list(cells, func(ce *cell) string { return ce.socket.StateText() })
}

// owners names the programs of a socket.
func (j *judge) owners(s *parse.Socket) string {
	var names []string
	for _, o := range s.Owners {
		name := o.Name
		if full := j.facts.Programs(o.PID); len(full) > 0 {
			name = full[0]
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "/")
}

func shown(s *parse.Socket) string {
	if s.Listening() {
		return localEnd(s)
	}
	return hostPort(s.Remote)
}

// hostPort writes an endpoint as people do.
func hostPort(e parse.Endpoint) string {
	host, port := e.HostText(), e.Service
	if e.Addr.IsValid() {
		host = e.Addr.Unmap().String()
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" {
		port = strconv.Itoa(int(e.Port))
	}
	return host + ":" + port
}

// list joins the first few distinct texts.
func list[T any](all []T, text func(T) string) string {
	var texts []string
	more := 0
	for _, v := range all {
		switch t := text(v); {
		case t == "" || slices.Contains(texts, t):
		case len(texts) == maxListed:
			more++
		default:
			texts = append(texts, t)
		}
	}
	if more > 0 {
		texts = append(texts, "and others")
	}
	return strings.Join(texts, ", ")
}
