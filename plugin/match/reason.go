package match

import (
	"fmt"
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
	parse.TimeWait:  "closed a moment ago; normal for 60 s",
	parse.Closed:    "closed",
	parse.CloseWait: "the remote end has closed, the local program has not",
	parse.LastAck:   "both ends have closed, the last acknowledgement is missing",
	parse.Closing:   "both ends are closing at the same time",
	parse.Bound:     "bound, but not connected",
	parse.Idle:      "neither listening nor connected",
}

// explain words a verdict that is certain.
func (j *judge) explain(v *Verdict, ev *evidence) {
	v.Reason = j.found(v, ev) + v.alerts()
	if j.policy.IgnoreProcess && !v.Item.Program.IsAny() && v.Matched > 0 {
		v.Reason += "; program not checked"
	}
}

// alerts says which range the count is outside of.
func (v *Verdict) alerts() string {
	switch {
	case v.Critical.Alerts(v.Judged):
		return outside(v.Judged, "critical", v.Critical)
	case v.Warning.Alerts(v.Judged):
		return outside(v.Judged, "warning", v.Warning)
	}
	return ""
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
	case v.Matched == 0 && len(ev.maybe) > 0: // bad whether it matches or not
		return j.badEither(v, ev)
	case v.Matched == 0 && v.Item.Expect == watch.Absent:
		return "not there, as it should be"
	case v.Matched == 0 && v.Item.Expect == watch.Any:
		return "not there"
	case v.Matched == 0:
		return j.missing(v, ev)
	case v.Item.Expect == watch.Absent && v.State == state.Critical:
		return "there, but should not be: " + j.present(v, ev)
	}
	return j.present(v, ev)
}

// badEither words a miss of an item that sockets may match whose state is bad
// in any case.
func (j *judge) badEither(v *Verdict, ev *evidence) string {
	p := ev.maybe[0]
	v.Others = append(v.Others, j.named(p.socket, v.Item.Program))
	text := j.there(v.Item, ev.maybe)
	if why := j.meaning(p.socket.State, ev.maybe); why != "" && !listening(v.Item) {
		text += ": " + why
	}
	switch ev.why[0] {
	case hidden, mayShare:
		return text + "; its program hidden"
	case unattended:
		return text + "; no program has accepted it yet"
	}
	return text
}

// present says what matches and, of stalled sockets, why they do not work.
func (j *judge) present(v *Verdict, ev *evidence) string {
	text := j.matches(v, ev)
	if !j.policy.IgnoreProcess && slices.ContainsFunc(ev.matched, func(p *owned) bool {
		return (len(p.owners) == 0 || j.answers.ServiceFirst) && !v.Item.Program.IsAny() && j.byService(v.Item.Program, &p.socket)
	}) {
		text += ", by its service " + j.serviceNames(ev.matched)
	}
	i := slices.IndexFunc(ev.matched, func(p *owned) bool { return p.stall != notStalled })
	if i < 0 {
		return text + queueNotes(v.Item, ev.matched)
	}
	p := ev.matched[i]
	if v.Stalled < v.Judged {
		text += "; " + strconv.Itoa(v.Stalled) + " of them stalled"
	}
	return text + "; " + j.stallText(v.Item, &p.socket, p.stall)
}

// matches says what matches.
func (j *judge) matches(v *Verdict, ev *evidence) string {
	if listening(v.Item) {
		text := "listening on " + j.withOwners(ev.matched)
		if ev.assumed && !slices.ContainsFunc(ev.matched, func(p *owned) bool { return !j.assumed(p.group) }) {
			text += ", taken as serving IPv4 too: v6-only is not shown"
		}
		return text
	}
	text := j.states(v, ev)
	if slices.ContainsFunc(ev.matched, func(p *owned) bool { return waits(&p.socket) }) {
		text += "; no program has accepted it yet"
	}
	return text
}

// withOwners lists where sockets listen and, if they are known, who does:
// "0.0.0.0:80, [::]:80 (nginx)".
func (j *judge) withOwners(parts []*owned) string {
	text := list(parts, func(p *owned) string { return localEnd(&p.socket) })
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = j.ownerNames(&p.socket, p.owners)
	}
	slices.Sort(names) // whatever the order in which they were found
	if owners := list(names, func(name string) string { return name }); owners != "" {
		text += " (" + owners + ")"
	}
	return text
}

// states lists the states of the matched sockets, and explains the one that has
// made the verdict.
func (j *judge) states(v *Verdict, ev *evidence) string {
	decides := j.decides(v)
	why := j.meaning(decides, ev.matched)
	var texts []string
	for s, n := range v.States {
		if n > 0 {
			texts = append(texts, strconv.Itoa(n)+" "+parse.State(s).String())
		}
		if n > 0 && parse.State(s) == decides && why != "" {
			texts[len(texts)-1] += " (" + why + ")"
		}
	}
	if len(texts) == 1 && decides != parse.NoState && why != "" {
		return strconv.Itoa(v.Matched) + " " + decides.String() + ": " + why
	}
	return strings.Join(texts, ", ")
}

// meaning explains a state. Of SYN_SENT it says how often it was sent, if the
// source tells.
func (j *judge) meaning(s parse.State, parts []*owned) string {
	if s != parse.SynSent {
		return meaning[s]
	}
	most := uint32(0)
	for _, p := range parts {
		if q := &p.socket.Queues; p.socket.State == s && q.Timer == parse.Retransmit {
			most = max(most, uint32(q.Retries)+1)
		}
	}
	if most < 2 {
		return meaning[s]
	}
	return fmt.Sprintf("%s, sent %s", meaning[s], plural(most, "time"))
}

// decides returns the state that has made the verdict, NoState if that is a good
// one: it alone is explained.
func (j *judge) decides(v *Verdict) parse.State {
	it := v.Item
	if v.Judged > 0 || it.Expect == watch.Absent {
		return parse.NoState
	}
	best := parse.NoState
	for s, n := range v.States {
		state := parse.State(s)
		if n == 0 || it.Warn.Has(best) && !it.Warn.Has(state) {
			continue
		}
		if best == parse.NoState || it.Warn.Has(state) && !it.Warn.Has(best) || n > v.States[best] {
			best = state
		}
	}
	return best
}

// missing says what is there instead of an item of which nothing is there.
func (j *judge) missing(v *Verdict, ev *evidence) string {
	it := v.Item
	none, there := "no connection", "connected"
	if listening(it) {
		none, there = "not listening", "listening"
	} else if len(ev.others) > 0 && !slices.ContainsFunc(ev.others, func(p *owned) bool { return p.socket.State == parse.Established }) {
		there = ev.others[0].socket.StateText()
	}
	slices.SortStableFunc(ev.others, func(a, b *owned) int { // whatever the order of the sockets
		return strings.Compare(j.ownerNames(&a.socket, a.owners), j.ownerNames(&b.socket, b.owners))
	})
	for _, p := range ev.others {
		v.other(j, p.socket)
	}
	for _, p := range ev.foreign {
		v.other(j, p.socket)
	}
	for _, g := range ev.refused {
		v.other(j, g.socket)
	}
	switch {
	case len(ev.others) > 0:
		owners := list(ev.others, j.holderNames)
		if waits(&ev.others[0].socket) {
			return there + ", but no program has accepted it yet, and its listener is owned by " + owners + ", not " + it.Program.String()
		}
		return there + ", but owned by " + owners + ", not " + it.Program.String()
	case len(ev.foreign) > 0:
		return there + ", but belongs to " + j.serviceNames(ev.foreign) + ", not " + it.Service.String()
	case len(ev.refused) > 0 && ev.refused[0].fit.needs&needsDevice != 0 && ev.refused[0].socket.Device != "":
		s := &ev.refused[0].socket
		return fmt.Sprintf("listening, but only on %s: bound to the device %s, it does not serve %s",
			localEnd(s), s.Device, it.Local.Prefix.Addr())
	case len(ev.refused) > 0:
		return none + " over IPv4: bound to " + localEnd(&ev.refused[0].socket) + " for IPv6 only"
	case listening(it):
		return j.nearListening(v)
	}
	return none + j.nearConnection(v)
}

// other notes a socket that the reason speaks of, as many as are to be shown.
func (v *Verdict) other(j *judge, s parse.Socket) {
	if len(v.Others) < j.c.keep {
		v.Others = append(v.Others, j.named(s, v.Item.Program))
	}
}

func (j *judge) nearListening(v *Verdict) string {
	it := v.Item
	var same, other, bound []*parse.Socket
	for port := range portsOf(it.LocalPorts) {
		near := j.c.near.listening[port]
		for i := range near {
			if near[i].Proto == it.Proto {
				same = append(same, &near[i])
			} else {
				other = append(other, &near[i])
			}
		}
		for i := range j.c.near.bound[port] {
			if s := &j.c.near.bound[port][i]; s.Proto == it.Proto {
				bound = append(bound, s)
			}
		}
	}
	switch {
	case len(same) > 0:
		v.others(j, same)
		return "listening, but only on " + list(same, localEnd)
	case len(bound) > 0:
		v.others(j, bound)
		if it.Proto == parse.UDP {
			return "not listening; connected to " + list(bound, func(s *parse.Socket) string { return hostPort(s.Remote) }) + ", which lets in nobody else"
		}
		return "not listening; bound to " + list(bound, localEnd) + ", but it does not listen"
	case len(other) > 0:
		v.others(j, other)
		return fmt.Sprintf("not listening; only %s is, on %s", other[0].Proto, list(other, localEnd))
	}
	var elsewhere []*parse.Socket
	for i := range j.c.near.anyPort {
		if s := &j.c.near.anyPort[i]; s.Proto == it.Proto && !it.Program.IsAny() && j.sameProgram(it, s) {
			elsewhere = append(elsewhere, s)
		}
	}
	if len(elsewhere) > 0 {
		v.others(j, elsewhere)
		return "not listening; " + j.ownerNames(elsewhere[0], j.ownersOf(elsewhere[0])) + " listens on " + list(elsewhere, localEnd)
	}
	return "not listening"
}

func (v *Verdict) others(j *judge, all []*parse.Socket) {
	for _, s := range all {
		v.other(j, *s)
	}
}

func (j *judge) nearConnection(v *Verdict) string {
	it := v.Item
	resolves := ""
	if it.RemoteName != "" {
		resolves = "; " + it.RemoteName + " resolves to " + list(it.Resolved, netip.Addr.String)
	}
	var near, locals []*parse.Socket
	for port := range portsOf(it.RemotePorts) {
		have := j.c.near.byPort[port]
		for i := range have {
			switch s := &have[i]; {
			case j.c.near.unanswered[netip.AddrPortFrom(canonical(s.Remote.Addr), port)]: // up and down at once
			case !hasAddress(it, s.Remote.Addr):
				near = append(near, s)
			case !localFits(it, s) && j.program1(it, s) != parse.No:
				locals = append(locals, s)
			}
		}
	}
	if len(locals) > 0 {
		v.others(j, locals)
		return "; connected from " + list(locals, localEnd) + " instead"
	}
	// What a connection of the same program is connected to says most.
	if fits := slices.DeleteFunc(slices.Clone(near), func(s *parse.Socket) bool { return !j.sameProgram(it, s) }); len(fits) > 0 {
		v.others(j, fits)
		return resolves + "; connected to " + list(fits, func(s *parse.Socket) string { return hostPort(s.Remote) }) + " instead"
	}
	for _, a := range addresses(it) {
		have := slices.DeleteFunc(slices.Clone(j.c.near.addrs[a]), func(s parse.Socket) bool {
			return it.RemotePorts.Contains(s.Remote.Port)
		})
		if len(have) > 0 {
			for i := range have {
				v.other(j, have[i])
			}
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
	return len(j.ownersOf(s)) > 0 && j.program1(it, s) == parse.Yes
}

// program1 judges the program of one socket.
func (j *judge) program1(it *watch.Item, s *parse.Socket) parse.Tri {
	is, _ := j.program(it, s, j.ownersOf(s))
	return is
}

func hasAddress(it *watch.Item, a netip.Addr) bool {
	return !it.Remote.IsZero() && it.Remote.Contains(a) || isResolved(it, a)
}

// addresses returns the addresses that an item names.
func addresses(it *watch.Item) []netip.Addr {
	if p := it.Remote.Prefix; p.IsValid() && p.IsSingleIP() {
		return []netip.Addr{p.Addr()}
	}
	addrs := make([]netip.Addr, len(it.Resolved))
	for i, a := range it.Resolved {
		addrs[i] = canonical(a)
	}
	return addrs
}

// there names the sockets in question.
func (j *judge) there(it *watch.Item, parts []*owned) string {
	if listening(it) {
		return "listening on " + list(parts, func(p *owned) string { return localEnd(&p.socket) })
	}
	return list(parts, func(p *owned) string { return p.socket.StateText() })
}
