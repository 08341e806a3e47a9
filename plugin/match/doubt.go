package match

import (
	"fmt"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/service"
	"check_netstat/plugin/watch"
)

// explainDoubt says why a verdict cannot be known, and what to do.
func (j *judge) explainDoubt(v *Verdict, ev *evidence) {
	if v.Matched > 0 {
		v.Reason = j.present(v, ev) + "; "
	}
	why := ev.doubtful()
	for _, p := range ev.doubted(why) {
		v.other(j, p.socket)
	}
	if odd := ev.stateless(); len(odd) > 0 && (why == noDoubt || why >= hidden) {
		v.Reason += stateText(v.Item, &odd[0].socket)
		return
	}
	if len(ev.doubted(why)) == 0 && len(ev.unclear) > 0 {
		v.Reason += j.unclearText(ev.unclear[0])
		return
	}
	if len(ev.maybe) == 0 && ev.unread != nil {
		v.Reason += unreadText(ev.unread)
		return
	}
	if text := j.doubtText(v, ev, why); text != "" {
		v.Reason += text
		return
	}
	if v.Matched == 0 {
		v.Reason += "none seen, but "
	}
	v.Reason += ev.missing
}

// unclearText speaks of a socket that is not shown whole.
func (j *judge) unclearText(s *parse.Socket) string {
	if s.ProtoUnsure {
		return "it may be " + socketText(s) + ", but the output does not tell TCP from UDP: capture it with -t and -u together, so that ss shows the Netid"
	}
	how := j.policy.Hints.Numbers
	if how == "" {
		how = "-n, on Linux also -W"
	}
	return "it may be " + socketText(s) + ", which the output does not show whole: capture it again with " + how
}

// stateText speaks of a socket whose state is not known.
func stateText(it *watch.Item, s *parse.Socket) string {
	switch {
	case s.Word != "":
		return fmt.Sprintf("in state %q, which is not known", s.Word)
	case listening(it):
		return "bound to " + localEnd(s) + ", in a state that is not shown"
	}
	return "in a state that is not shown"
}

// doubtText says what is not known about the sockets of one doubt.
func (j *judge) doubtText(v *Verdict, ev *evidence, why doubt) string {
	parts := ev.doubted(why)
	if why == noDoubt || len(parts) == 0 {
		return ""
	}
	there := j.there(v.Item, parts)
	s := &parts[0].socket
	switch why {
	case notShown:
		return j.unclearText(s)
	case noZone:
		return there + ", but whether it is in the zone " + zoneOf(v.Item) + " is not shown"
	case noFamily:
		return there + ", but whether it serves IPv4 is not known: v6-only is not shown, and another socket is bound to IPv4's side of the port"
	case noDevice:
		return fmt.Sprintf("%s, but whether the device %s serves %s is not known", there, s.Device, v.Item.Local.Prefix.Addr())
	case halfName:
		family := "A"
		if v.Item.HalfResolved[0] == parse.IPv6 {
			family = "AAAA"
		}
		return fmt.Sprintf("%s to %s, which may be %s: the resolver has not answered for its %s addresses",
			there, list(parts, func(p *owned) string { return hostPort(p.socket.Remote) }), v.Item.RemoteName, family)
	case cutName:
		return there + ", of a program whose name is cut: " +
			list(parts, func(p *owned) string { return j.ownerNames(&p.socket, p.owners) }) +
			"; the whole name may be another"
	case unattended:
		return there + ", but no program has accepted it yet, and which one will is not known"
	case noService:
		return there + ", but which service it belongs to is not known" + j.whyNoService(parts)
	case kernels:
		return there + ", held by the kernel itself, not by a program: leave procName empty for it"
	}
	return j.hiddenText(v, there, parts)
}

// hiddenText speaks of sockets whose owners cannot be seen. Each cause has its
// own remedy.
func (j *judge) hiddenText(v *Verdict, there string, parts []*owned) string {
	sight := j.answers.Sight
	seen := j.ownerNames(&parts[0].socket, parts[0].owners)
	if seen != "" {
		if sight == facts.Whole {
			sight = j.unseen(v.Item.Program)
		}
		there += ", owned by " + seen + ", and perhaps by another program that cannot be seen: its program hidden"
	} else {
		there += ", its program hidden"
	}
	if of := serviceOf(&parts[0].socket, parts[0].owners, &j.answers); seen == "" && !of.IsHidden() {
		there += ", but it belongs to " + of.String() + ": watch that with the column service"
	}
	switch {
	case sight == facts.NotAsked:
		v.Hint = j.policy.Hints.Output
	case sight == facts.OutOfTime:
		v.Hint = j.policy.Hints.Time
		return there + ": the search for it did not end in time"
	case sight == facts.Unreadable:
		return there + ": /proc cannot be read: " + errorText(j.answers.Err)
	case sight == facts.HidePID:
		v.Hint = j.policy.Hints.Rights
		return there + ": /proc hides the processes of other users (hidepid)"
	case sight == facts.Denied:
		v.Hint = j.policy.Hints.Rights
	case parts[0].socket.Inode == 0:
	case j.answers.Contained:
		return there + ": no process here holds it; it may be of another container"
	default:
		return there + ": no process holds it, so that it is the kernel's own (NFS, WireGuard), or of a container"
	}
	return there
}

// whyNoService says why the service of sockets is not known.
func (j *judge) whyNoService(parts []*owned) string {
	s := &parts[0].socket
	of := serviceOf(s, parts[0].owners, &j.answers)
	switch {
	case len(of.Names) > 0:
		return ": its process runs several, " + of.String()
	case service.Unit(of.Path) == "init.scope":
		return ": it is systemd's own, which makes the sockets of socket units (init.scope)"
	case of.Path != "":
		return ": it is in the root control group"
	case j.answers.NoServices != "":
		return ": " + j.answers.NoServices
	case s.Cgroup != 0:
		return ": its control group is not to be found here, as that of a container"
	case j.answers.Sight == facts.NotAsked:
		return ": the output does not show it"
	}
	return ": the source does not tell it (Linux 5.8 and cgroup v2 do)"
}

func errorText(err error) string {
	if err == nil {
		return "no reason given"
	}
	return err.Error()
}

func zoneOf(it *watch.Item) string {
	if it.Remote.Zone != "" {
		return it.Remote.Zone
	}
	return it.Local.Zone
}
