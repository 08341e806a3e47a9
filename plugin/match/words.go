package match

import (
	"iter"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/watch"
)

// maxListed bounds the addresses, ports or programs that a reason lists.
const maxListed = 3

// localEnd writes the local end, the wildcard by its family: ss writes "*". A
// device that the socket is bound to stands behind the address.
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
	if s.Device == "" || e.Addr.Zone() != "" {
		return hostPort(e)
	}
	host, port, _ := cutLast(hostPort(e), ":")
	return host + "%" + s.Device + ":" + port
}

func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// ownerNames names the programs of a socket.
func (j *judge) ownerNames(s *parse.Socket, owners []facts.Process) string {
	if len(owners) == 0 && waits(s) {
		for _, l := range j.c.listenersOf(s) {
			owners = append(owners, j.ownersOf(&l.socket)...)
		}
	}
	var names []string
	for i := range owners {
		if name, _ := owners[i].Names.Best(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "/")
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

// socketText names a socket that is not shown whole.
func socketText(s *parse.Socket) string {
	if listens(s) || s.Remote.IsNone() {
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
