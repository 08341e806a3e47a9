package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"check_netstat/parse"
)

// socketJSON is a socket for programs: a number is a number, a name
// stays text, a wildcard is written as the source has it.
type socketJSON struct {
	Proto      string          `json:"proto"`
	LocalIP    string          `json:"local_ip"`
	LocalPort  json.RawMessage `json:"local_port"`
	RemoteIP   string          `json:"remote_ip"`
	RemotePort json.RawMessage `json:"remote_port"`
	State      string          `json:"state"`
	PID        uint32          `json:"pid"`
	Process    string          `json:"process"`
}

func toJSON(s *parse.Socket) socketJSON {
	j := socketJSON{
		Proto:   s.Proto.String(),
		LocalIP: s.Local.HostText(), LocalPort: portJSON(s.Local),
		RemoteIP: s.Remote.HostText(), RemotePort: portJSON(s.Remote),
		State: s.StateText(),
	}
	if len(s.Owners) > 0 {
		j.PID, j.Process = s.Owners[0].PID, s.Owners[0].Name
	}
	return j
}

func portJSON(e parse.Endpoint) json.RawMessage {
	if e.Service == "" {
		return strconv.AppendUint(nil, uint64(e.Port), 10)
	}
	text, err := json.Marshal(e.Service)
	if err != nil {
		return json.RawMessage("0") // a string always has JSON
	}
	return text
}

// socketLine writes a socket as one line of fixed columns.
func socketLine(s *parse.Socket) string {
	return fmt.Sprintf("%-3s  %-24s %-24s %-12s %s", s.Proto, endpointText(s.Local), endpointText(s.Remote), s.StateText(), ownersText(s))
}

func endpointText(e parse.Endpoint) string {
	host, port := e.HostText(), e.Service
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

func ownersText(s *parse.Socket) string {
	texts := make([]string, 0, len(s.Owners))
	for _, o := range s.Owners {
		switch {
		case o.PID == 0:
			texts = append(texts, o.Name)
		case o.Name == "":
			texts = append(texts, strconv.FormatUint(uint64(o.PID), 10))
		default:
			texts = append(texts, strconv.FormatUint(uint64(o.PID), 10)+"/"+o.Name)
		}
	}
	return strings.Join(texts, ", ")
}

// Sockets writes a snapshot socket by socket, so that it need not be kept.
type Sockets struct {
	w    *bufio.Writer
	json bool
	n    int
	err  error
}

// NewSockets begins a listing, as JSON or as lines.
func NewSockets(w io.Writer, asJSON bool) *Sockets {
	return &Sockets{w: bufio.NewWriterSize(w, 64<<10), json: asJSON}
}

// Add writes one socket.
func (l *Sockets) Add(s *parse.Socket) {
	l.n++
	if !l.json {
		if l.n == 1 {
			l.print(fmt.Sprintf("%-3s  %-24s %-24s %-12s %s\n", "", "LOCAL", "REMOTE", "STATE", "PROGRAM"))
		}
		l.print(Clean(socketLine(s)) + "\n")
		return
	}
	text, err := json.Marshal(toJSON(s))
	if err != nil {
		l.err = err
		return
	}
	sep := ",\n"
	if l.n == 1 {
		sep = "{\"sockets\":[\n"
	}
	l.print(sep)
	l.print(string(escapeJSON(text)))
}

func (l *Sockets) print(text string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(text)
	}
}

// Close ends the listing with what is known of the whole.
func (l *Sockets) Close(o Origin, verbosity int) error {
	if l.json {
		if l.n == 0 {
			l.print("{\"sockets\":[")
		}
		tail, err := json.Marshal(struct {
			Source  string `json:"source"`
			Format  string `json:"format"`
			Skipped int    `json:"skipped_lines"`
		}{o.Source, o.Format, o.Skipped})
		if err != nil {
			return err
		}
		l.print("\n]," + string(escapeJSON(tail[1:])) + "\n")
	} else {
		l.print(fmt.Sprintf("%s from %s, format %s, %s skipped\n", plural(l.n, "socket"), Clean(o.Source), o.Format, plural(o.Skipped, "line")))
		if verbosity >= 2 {
			for _, s := range o.Samples {
				l.print("skipped: " + Clean(s) + "\n")
			}
		}
		if verbosity >= 3 {
			l.print(Clean(fmt.Sprintf("source: %s, taken in %.3f s", o.Command, o.Took.Seconds())) + "\n")
		}
	}
	if l.err == nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return fmt.Errorf("writing the sockets: %w", l.err)
	}
	return nil
}
