package watch

import (
	"errors"
	"fmt"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/program"
	"check_netstat/plugin/service"
)

// columns are the columns of each kind of list, NetstatWatcher's first.
var columns = map[Kind][]string{
	Connection: {"remoteIP", "remoteName", "remotePort", "procName", "comment",
		"name", "warning", "critical", "expect", "okStates", "warningStates", "localIP", "localPort",
		"service", "maxRecvQ", "maxSendQ"},
	Listening: {"ipProtocol", "localIP", "localPort", "procName", "comment",
		"name", "warning", "critical", "expect", "service", "maxRecvQ", "maxSendQ"},
}

// The states that make a connection OK and WARNING where its row says nothing.
var (
	defaultOK   = StatesOf(parse.Established)
	defaultWarn = StatesOf(parse.TimeWait)
)

// connectionRow is a row of a connections list. The tags are the columns in
// lower case, as records.header gives them.
type connectionRow struct {
	RemoteIP      string `csv:"remoteip"`
	RemoteName    string `csv:"remotename"`
	RemotePort    string `csv:"remoteport"`
	ProcName      string `csv:"procname"`
	Comment       string `csv:"comment"`
	Name          string `csv:"name"`
	Warning       string `csv:"warning"`
	Critical      string `csv:"critical"`
	Expect        string `csv:"expect"`
	OKStates      string `csv:"okstates"`
	WarningStates string `csv:"warningstates"`
	LocalIP       string `csv:"localip"`
	LocalPort     string `csv:"localport"`
	Service       string `csv:"service"`
	MaxRecvQ      string `csv:"maxrecvq"`
	MaxSendQ      string `csv:"maxsendq"`
}

// item makes the item of a row. Err holds everything that is wrong with it.
func (r *connectionRow) item() Item {
	host := r.RemoteIP
	if host == "" {
		host = r.RemoteName
	}
	it := Item{Kind: Connection, Name: r.Name, Proto: parse.TCP, Comment: r.Comment, Program: program.ParsePattern(r.ProcName)}
	it.Key = cleanKey(r.Name)
	if it.Key == "" {
		it.Key = connectionKey(host, r.RemotePort, r.ProcName)
	}
	var c collector
	c.add("procName", it.Program.Refused())
	it.Remote = collect(&c, "remoteIP", r.RemoteIP, parseAddrs)
	switch {
	case host == "":
		c.fail("remoteIP", "no endpoint: remoteIP and remoteName are empty; * means any address")
	case r.RemoteIP == "":
		it.RemoteName = r.RemoteName
		if strings.ContainsAny(r.RemoteName, "/:* \t") {
			c.fail("remoteName", fmt.Sprintf("remoteName %q is no host name; addresses, networks and * go into remoteIP", r.RemoteName))
		}
	case it.Remote.Prefix.IsSingleIP() && it.Remote.Prefix.Addr().IsUnspecified():
		c.fail("remoteIP", fmt.Sprintf("remoteIP %q is never the other end of a connection; * means any address", r.RemoteIP))
	}
	if r.RemoteIP != "" {
		it.RemoteIgnored = r.RemoteName
	}
	it.RemotePorts = collect(&c, "remotePort", r.RemotePort, parsePorts)
	if r.RemotePort == "" {
		c.fail("remotePort", "no remotePort; * means any port")
	}
	it.Local = collect(&c, "localIP", r.LocalIP, parseAddrs)
	it.LocalPorts = collect(&c, "localPort", r.LocalPort, parsePorts)
	it.ranges(&c, r.Warning, r.Critical, r.Expect)
	it.Service = service.ParsePattern(r.Service)
	it.limits(&c, r.MaxRecvQ, r.MaxSendQ)
	var err error
	it.OK, err = parseStates("okStates", r.OKStates, defaultOK)
	c.add("okStates", err)
	it.Warn, err = parseStates("warningStates", r.WarningStates, defaultWarn)
	c.add("warningStates", err)
	it.Err = c.err()
	return it
}

// listeningRow is a row of a listening list.
type listeningRow struct {
	IPProtocol string `csv:"ipprotocol"`
	LocalIP    string `csv:"localip"`
	LocalPort  string `csv:"localport"`
	ProcName   string `csv:"procname"`
	Comment    string `csv:"comment"`
	Name       string `csv:"name"`
	Warning    string `csv:"warning"`
	Critical   string `csv:"critical"`
	Expect     string `csv:"expect"`
	Service    string `csv:"service"`
	MaxRecvQ   string `csv:"maxrecvq"`
	MaxSendQ   string `csv:"maxsendq"`
}

func (r *listeningRow) item() Item {
	it := Item{Kind: Listening, Name: r.Name, Comment: r.Comment, Program: program.ParsePattern(r.ProcName)}
	it.Key = cleanKey(r.Name)
	if it.Key == "" {
		it.Key = listeningKey(r.IPProtocol, r.LocalIP, r.LocalPort, r.ProcName)
	}
	var c collector
	c.add("procName", it.Program.Refused())
	switch strings.ToLower(r.IPProtocol) {
	case "tcp":
		it.Proto = parse.TCP
	case "tcp4":
		it.Proto, it.Family = parse.TCP, parse.IPv4
	case "tcp6":
		it.Proto, it.Family = parse.TCP, parse.IPv6
	case "udp":
		it.Proto = parse.UDP
	case "udp4":
		it.Proto, it.Family = parse.UDP, parse.IPv4
	case "udp6":
		it.Proto, it.Family = parse.UDP, parse.IPv6
	default:
		c.fail("ipProtocol", fmt.Sprintf("ipProtocol %q: not tcp, udp, tcp4, tcp6, udp4 or udp6", r.IPProtocol))
	}
	it.Local = collect(&c, "localIP", r.LocalIP, parseAddrs)
	if p := it.Local.Prefix; p.IsValid() {
		switch {
		case !p.IsSingleIP():
			c.fail("localIP", fmt.Sprintf("localIP %q: a socket is bound to one address, not to a network", r.LocalIP))
		case it.Family == parse.IPv4 && !p.Addr().Is4(), it.Family == parse.IPv6 && !p.Addr().Is6():
			c.fail("localIP", fmt.Sprintf("localIP %q is no address of %s", r.LocalIP, it.ProtoText()))
		}
	}
	it.LocalPorts = collect(&c, "localPort", r.LocalPort, parsePorts)
	if r.LocalPort == "" {
		c.fail("localPort", "no localPort; * means any port")
	}
	it.ranges(&c, r.Warning, r.Critical, r.Expect)
	it.Service = service.ParsePattern(r.Service)
	it.limits(&c, r.MaxRecvQ, r.MaxSendQ)
	it.Err = c.err()
	return it
}

func (it *Item) ranges(c *collector, warning, critical, expect string) {
	it.Warning = collect(c, "warning", warning, ParseRange)
	it.Critical = collect(c, "critical", critical, ParseRange)
	var err error
	it.Expect, err = parseExpect(expect)
	c.add("expect", err)
}

func (it *Item) limits(c *collector, recv, send string) {
	it.MaxRecvQ = collect(c, "maxRecvQ", recv, parseLimit)
	it.MaxSendQ = collect(c, "maxSendQ", send, parseLimit)
}

// collector gathers what is wrong with a row.
type collector struct{ errs RowError }

func (c *collector) add(column string, err error) {
	if err != nil {
		c.errs = append(c.errs, &FieldError{column, err})
	}
}

func (c *collector) fail(column, text string) { c.add(column, errors.New(text)) }

func (c *collector) err() error {
	if len(c.errs) == 0 {
		return nil
	}
	return c.errs
}

// collect parses the value of one column and keeps the error under its name.
func collect[T any](c *collector, column, value string, parse func(string) (T, error)) T {
	v, err := parse(value)
	if err != nil {
		c.add(column, fmt.Errorf("%s %w", column, err))
	}
	return v
}
