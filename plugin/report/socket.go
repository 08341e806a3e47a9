package report

import (
	"fmt"
	"strconv"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/service"
)

// socketLine writes a socket as one line of fixed columns.
func socketLine(s *parse.Socket, names Names) string {
	line := fmt.Sprintf("%-3s  %-24s %-24s %-12s %s", s.Proto, endpointText(s.Local, s.Device), endpointText(s.Remote, ""), s.StateText(), programText(s, names, true))
	if text := queuesText(s); text != "" {
		line += " " + text
	}
	return line
}

// programText names the programs of a socket, its services and, if it is known,
// the other end.
func programText(s *parse.Socket, names Names, executables bool) string {
	parts := make([]string, 0, 3)
	if text := ownersText(s, executables); text != "" {
		parts = append(parts, text)
	}
	if services := servicesText(s); services != "" {
		parts = append(parts, "("+services+")")
	}
	if name := names[s.Remote.Addr]; name != "" {
		parts = append(parts, "["+name+"]")
	}
	return strings.Join(parts, " ")
}

// endpointText writes an endpoint, with the device that it is bound to.
func endpointText(e parse.Endpoint, device string) string {
	host, port := e.HostText(), e.Service
	if device != "" && !strings.HasSuffix(host, "%"+device) {
		host += "%" + device
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" {
		port = "*"
		if e.Port != 0 {
			port = strconv.Itoa(int(e.Port))
		}
	}
	if e.Cut {
		port += "(cut)"
	}
	return host + ":" + port
}

// ownersText names the programs of a socket: "2210/java". With executables the
// file that a process runs stands beside a name that differs from it.
func ownersText(s *parse.Socket, executables bool) string {
	texts := make([]string, 0, len(s.Owners))
	for _, o := range s.Owners {
		name := o.Name
		if executables && o.Executable != "" && o.Executable != o.Name {
			name = strings.TrimSpace(name + " {" + o.Executable + "}")
		}
		switch {
		case o.PID == 0:
			texts = append(texts, name)
		case name == "":
			texts = append(texts, strconv.FormatUint(uint64(o.PID), 10))
		default:
			texts = append(texts, strconv.FormatUint(uint64(o.PID), 10)+"/"+name)
		}
	}
	if len(texts) == 0 && s.Hidden {
		return "(hidden)"
	}
	return strings.Join(texts, ", ")
}

// servicesText names the services of a socket: the unit or container of its control
// group, or the services that its process runs.
func servicesText(s *parse.Socket) string {
	var known service.Service
	for _, name := range s.Services {
		if strings.HasPrefix(name, "/") {
			known.Path = name
		} else {
			known.Names = append(known.Names, name)
		}
	}
	return known.String()
}

// queuesText writes the queues that are not empty, and what is unanswered.
func queuesText(s *parse.Socket) string {
	q := &s.Queues
	var parts []string
	if q.HasLimit && s.Listening() {
		parts = append(parts, fmt.Sprintf("accept queue %d of %d", q.Recv, q.Limit))
	} else if q.Recv > 0 {
		parts = append(parts, fmt.Sprintf("recv-q %d", q.Recv))
	}
	if q.Send > 0 {
		parts = append(parts, fmt.Sprintf("send-q %d", q.Send))
	}
	if what := retriesText(q); what != "" {
		parts = append(parts, what)
	}
	return strings.Join(parts, ", ")
}

func retriesText(q *parse.Queues) string {
	if q.Retries == 0 {
		return ""
	}
	switch q.Timer {
	case parse.Retransmit:
		return Plural(int(q.Retries), "retransmission")
	case parse.Persist:
		return Plural(int(q.Retries), "window probe")
	case parse.Keepalive:
		return Plural(int(q.Retries), "keep-alive probe")
	}
	return ""
}
