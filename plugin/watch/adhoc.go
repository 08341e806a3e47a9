package watch

import (
	"fmt"
	"net/netip"
	"strings"
)

// AdHocConnection makes an item of the value of --connection:
// HOST:PORT[,PROC] or HOST,PORT[,PROC]. HOST is an address, a network, "*" or a
// host name. The comma form is taken where what stands before the first comma
// is a whole host.
func AdHocConnection(value string) Item {
	host, port, proc, err := splitAdHoc(value)
	row := connectionRow{RemotePort: port}
	if err == nil {
		row.ProcName, row.Service, err = programOrService(proc)
	}
	if isAddress(host) {
		row.RemoteIP = strings.Trim(host, "[]")
	} else {
		row.RemoteName = host
	}
	it := row.item()
	it.Where = "--connection " + value
	if err != nil {
		it.Err = err
	}
	it.typed(value)
	return it
}

// AdHocPort makes an item of the value of --port: PROTO:[IP:]PORT[,PROC] or
// PROTO,IP,PORT[,PROC].
func AdHocPort(value string) Item {
	row, err := adHocPort(value)
	it := row.item()
	it.Where = "--port " + value
	if err != nil {
		it.Err = err
	}
	it.typed(value)
	return it
}

func adHocPort(value string) (row listeningRow, err error) {
	proto, rest, comma := strings.Cut(value, ",")
	if comma && !strings.Contains(proto, ":") {
		row.IPProtocol = proto
		row.LocalIP, rest, _ = strings.Cut(rest, ",")
		row.LocalPort, rest, _ = strings.Cut(rest, ",")
		row.LocalIP = strings.Trim(row.LocalIP, "[]")
		row.ProcName, row.Service, err = programOrService(rest)
		return row, err
	}
	proto, rest, colon := strings.Cut(value, ":")
	row.IPProtocol = proto
	if !colon {
		return row, fmt.Errorf("write PROTO:PORT, as tcp:443")
	}
	end, proc, _ := strings.Cut(rest, ",")
	if row.ProcName, row.Service, err = programOrService(proc); err != nil {
		return row, err
	}
	if !strings.Contains(end, ":") {
		row.LocalPort = end
		return row, nil
	}
	row.LocalIP, row.LocalPort, err = splitHostPort(end)
	if err != nil {
		err = fmt.Errorf("%w: write %s,ADDRESS,PORT", err, proto)
	}
	return row, err
}

// typed makes what was typed the key of an ad-hoc item that cannot be judged: the
// key of its parts would name what nobody has meant.
func (it *Item) typed(value string) {
	if it.Err != nil && value != "" {
		it.Key, it.Name = cleanKey(value), value
	}
}

// programOrService reads PROC: "service:NAME" is a service, all else a program. A
// number is a second port that was meant; "=80" is a program of that name.
func programOrService(proc string) (program, service string, err error) {
	const prefix = "service:"
	if len(proc) > len(prefix) && strings.EqualFold(proc[:len(prefix)], prefix) {
		return "", proc[len(prefix):], nil
	}
	if first, _, _ := strings.Cut(proc, ","); isPorts(first) {
		return proc, "", fmt.Errorf("%s is a port, not a program: separate ports by blanks, or give the option once for each (=%s is a program of that name)", first, first)
	}
	return proc, "", nil
}

// isPorts reports whether text looks like a port or a range of ports.
func isPorts(text string) bool {
	return strings.Trim(text, "0123456789-") == "" && strings.Trim(text, "-") != ""
}

// splitAdHoc splits HOST:PORT[,PROC] and HOST,PORT[,PROC].
func splitAdHoc(value string) (host, port, proc string, err error) {
	first, rest, comma := strings.Cut(value, ",")
	if comma && isWholeHost(first) {
		port, proc, _ = strings.Cut(rest, ",")
		return first, port, proc, nil
	}
	host, port, err = splitHostPort(first)
	if err != nil {
		err = fmt.Errorf("%w: write HOST,PORT", err)
	}
	return host, port, rest, err
}

// splitHostPort splits at the last colon. An IPv6 address without brackets that
// would be an address with its port taken as its last group too is ambiguous.
func splitHostPort(text string) (host, port string, err error) {
	colon := strings.LastIndexByte(text, ':')
	if colon < 0 {
		return text, "", fmt.Errorf("%q has no port", text)
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return text, "", fmt.Errorf("%q can be read in two ways", text)
	}
	return strings.Trim(text[:colon], "[]"), text[colon+1:], nil
}

// isAddress reports whether host belongs into the remoteIP column.
func isAddress(host string) bool {
	a, err := parseAddrs(host)
	return err == nil && !a.IsZero()
}

// isWholeHost reports whether text is a host without a port: an address, a
// network, "*", or a name, which has no colon.
func isWholeHost(text string) bool { return isAddress(text) || !strings.Contains(text, ":") }
