package match

import (
	"net/netip"
	"slices"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// fit says whether the endpoint of a socket is the item's, and what is not known
// if it only may be.
type fit struct {
	is  parse.Tri
	why doubt
	// needs is what must be known besides for a socket that fits.
	needs need
}

// doubt is why a socket only may fit.
type doubt uint8

// The doubts, the one first that a reason names first.
const (
	noDoubt    doubt = iota
	notShown         // an end is cut, or shown by name
	noZone           // its zone is not shown
	noFamily         // whether it serves both families
	noDevice         // whether the device that it is bound to has the address
	halfName         // addresses of the remoteName are missing
	hidden           // its program cannot be seen
	mayShare         // another process that cannot be seen may hold it, too
	cutName          // only the beginning of its program's name is known
	unattended       // nobody has accepted it, and its listener's programs differ or are not known
	kernels          // the kernel itself holds it
	noService        // its service is not known
)

// need is what the judge must ask to know that a socket serves an item.
type need uint8

const (
	needsDual   need = 1 << iota // it serves IPv4 only if a socket bound to [::] does
	needsDevice                  // it serves the address only if its device does
)

var yes, no = fit{is: parse.Yes}, fit{is: parse.No}

// connects checks what the index has not: zones, the local end, and whether the
// address is one that the name resolves to.
func connects(it *watch.Item, s *parse.Socket) fit {
	f := yes
	if it.RemoteName != "" && len(it.HalfResolved) > 0 && !isResolved(it, s.Remote.Addr) {
		f = fit{is: parse.Maybe, why: halfName}
	}
	switch inZone(it.Remote.Zone, s.Remote.Addr, s.Device) {
	case parse.No:
		return no
	case parse.Maybe:
		f = fit{is: parse.Maybe, why: noZone}
	}
	switch l := &s.Local; {
	case it.Local.IsZero() && it.LocalPorts.IsZero():
	case !l.Addr.IsValid() || l.Service != "":
		f = fit{is: parse.Maybe, why: notShown}
	case !it.LocalPorts.IsZero() && !it.LocalPorts.Contains(l.Port):
		return no
	case !it.Local.IsZero():
		switch addrFits(it.Local, l.Addr, s.Device) {
		case parse.No:
			return no
		case parse.Maybe:
			f = fit{is: parse.Maybe, why: noZone}
		}
	}
	return f
}

func isResolved(it *watch.Item, a netip.Addr) bool {
	return slices.ContainsFunc(it.Resolved, func(r netip.Addr) bool { return canonical(r) == canonical(a) })
}

// addrFits reports whether the address of a socket is the item's. A zone that
// the source does not show is not known.
func addrFits(want watch.Addrs, a netip.Addr, device string) parse.Tri {
	if want.Any {
		return parse.Yes
	}
	if !want.Prefix.Contains(canonical(a)) {
		return parse.No
	}
	return inZone(want.Zone, a, device)
}

// inZone reports whether the socket is in the zone: it is by its address, or
// because it is bound to the device of that name.
func inZone(zone string, a netip.Addr, device string) parse.Tri {
	switch {
	case zone == "" || zone == a.Zone() || zone == device:
		return parse.Yes
	case a.Zone() == "" && device == "":
		return parse.Maybe
	}
	return parse.No
}

// serves says whether a listening socket takes what the item's protocol and
// address ask for.
func serves(it *watch.Item, s *parse.Socket) fit {
	wild := s.Local.IsWildcard()
	f := yes
	want := it.Family
	if it.Local.Any && !wild {
		return no
	}
	if p := it.Local.Prefix; p.IsValid() {
		switch a := p.Addr(); {
		case a.IsUnspecified():
			if !wild {
				return no
			}
		case wild && s.Device != "":
			f.needs |= needsDevice
		case !wild:
			switch addrFits(it.Local, s.Local.Addr, s.Device) {
			case parse.No:
				return no
			case parse.Maybe:
				f = fit{is: parse.Maybe, why: noZone}
			}
		}
		want = parse.IPv6
		if p.Addr().Is4() {
			want = parse.IPv4
		}
	}
	have := s.Family
	if s.Local.Addr.Is4In6() {
		have = parse.IPv4
	}
	switch {
	case want == 0, want == have:
		return f
	case have == 0 && s.V6Only == parse.No: // ss's "*" with v6only:0 serves both
		return f
	case have == 0 && want == parse.IPv4: // "*": see ss.go
		return f
	case have == 0:
		return fit{is: parse.Maybe, why: notShown, needs: f.needs}
	case want == parse.IPv4 && wild:
		f.needs |= needsDual
		return f
	}
	return no
}
