package match

import (
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// endpoint says whether the sockets of a group serve the item, with what the
// answers add.
func (j *judge) endpoint(it *watch.Item, sel *selector, g *group) fit {
	f := g.fit
	if f.needs&needsDual != 0 {
		switch j.servesIPv4(sel, g) {
		case parse.No:
			return fit{is: parse.No, needs: needsDual}
		case parse.Maybe:
			f = fit{is: parse.Maybe, why: noFamily, needs: f.needs}
		}
	}
	if f.needs&needsDevice != 0 {
		switch j.deviceServes(g.socket.Device, it.Local.Prefix.Addr(), it.Local.Zone) {
		case parse.No:
			return fit{is: parse.No, needs: needsDevice}
		case parse.Maybe:
			if f.is == parse.Yes {
				f = fit{is: parse.Maybe, why: noDevice}
			}
		}
	}
	return f
}

// servesIPv4 reports whether a socket bound to [::] serves IPv4. If no source
// tells, it is taken to do so; but if another socket is bound to IPv4's wildcard
// at the same port, both can only be there because this one does not, or because
// they share the port.
func (j *judge) servesIPv4(sel *selector, g *group) parse.Tri {
	only := g.socket.V6Only
	if only == parse.Maybe {
		only = j.answers.V6Only
	}
	if only != parse.Maybe {
		return -only
	}
	rival := slices.ContainsFunc(sel.order, func(other *group) bool {
		s := &other.socket
		return s.Family == parse.IPv4 && s.Local.IsWildcard() && s.Local.Port == g.socket.Local.Port
	})
	if rival {
		return parse.Maybe
	}
	return parse.Yes
}

// assumed reports whether the group was taken to serve IPv4 although nothing
// tells so.
func (j *judge) assumed(g *group) bool {
	return g.fit.needs&needsDual != 0 && g.socket.V6Only == parse.Maybe && j.answers.V6Only == parse.Maybe
}

// deviceServes reports whether a wildcard socket that is bound to a device
// serves an address: it does if the device has it, and does not if another
// device that is up has it. Addresses of lo outside of 127.0.0.0/8 any device may
// serve.
func (j *judge) deviceServes(device string, a netip.Addr, zone string) parse.Tri {
	const loopback = "lo"
	if zone != "" && zone != device {
		return parse.No
	}
	devices := j.answers.Devices
	switch isLo := device == loopback; {
	case a.IsLoopback() && isLo:
		return parse.Yes
	case a.IsLoopback() && (devices == nil || devices[loopback].Up):
		return parse.No
	case slices.Contains(devices[device].Addrs, a):
		return parse.Yes
	case slices.Contains(devices[loopback].Addrs, a):
		return parse.Maybe
	}
	for name, d := range devices {
		if name != device && d.Up && slices.Contains(d.Addrs, a) {
			return parse.No
		}
	}
	return parse.Maybe
}
