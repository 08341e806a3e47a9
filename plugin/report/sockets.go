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
	RemoteName string          `json:"remote_name,omitempty"` // only where names were asked for
}

func toJSON(s *parse.Socket, names Names) socketJSON {
	j := socketJSON{
		Proto:   s.Proto.String(),
		LocalIP: s.Local.HostText(), LocalPort: portJSON(s.Local),
		RemoteIP: s.Remote.HostText(), RemotePort: portJSON(s.Remote),
		State: s.StateText(), RemoteName: names[s.Remote.Addr],
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
func socketLine(s *parse.Socket, names Names) string {
	return fmt.Sprintf("%-3s  %-24s %-24s %-12s %s", s.Proto, endpointText(s.Local), endpointText(s.Remote), s.StateText(), programText(s, names))
}

// programText names the programs of a socket and, where it is known, the other
// end.
func programText(s *parse.Socket, names Names) string {
	text := ownersText(s)
	if name := names[s.Remote.Addr]; name != "" {
		text = strings.TrimSpace(text + " [" + name + "]")
	}
	return text
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

// Sockets writes a snapshot socket by socket, so that it need not be kept. The
// first of them make the widths of the columns.
type Sockets struct {
	Names Names // of remote addresses; set before the first Add
	w     *bufio.Writer
	json  bool
	grid  grid
	first [][]cell // rows that wait for the widths
	n     int
	err   error
}

// widthsFrom is the number of sockets that make the widths of the columns.
const widthsFrom = 1000

// NewSockets begins a listing, as JSON or as a table.
func NewSockets(w io.Writer, asJSON bool, style Style) *Sockets {
	return &Sockets{w: bufio.NewWriterSize(w, 64<<10), json: asJSON, grid: grid{style: style, give: []int{4}}}
}

// Add writes one socket.
func (l *Sockets) Add(s *parse.Socket) {
	l.n++
	if !l.json {
		l.addRow(s)
		return
	}
	text, err := json.Marshal(toJSON(s, l.Names))
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

func (l *Sockets) addRow(s *parse.Socket) {
	row := header(s.Proto.String(), endpointText(s.Local), endpointText(s.Remote), s.StateText(), programText(s, l.Names))
	for i := range row {
		row[i].text = Clean(row[i].text)
	}
	row[3].color = socketColor(s)
	if l.n <= widthsFrom {
		l.first = append(l.first, row)
		return
	}
	l.printFirst()
	l.printRow(row)
}

// printFirst writes the rows that wait, below the names of the columns.
func (l *Sockets) printFirst() {
	if len(l.first) == 0 {
		return
	}
	l.first = append([][]cell{header("", "LOCAL", "REMOTE", "STATE", "PROGRAM")}, l.first...)
	l.grid.fit(l.first)
	for _, row := range l.first {
		l.printRow(row)
	}
	l.first = nil
}

func (l *Sockets) printRow(row []cell) {
	var b strings.Builder
	l.grid.line(&b, row)
	l.print(b.String())
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
		l.printFirst()
		l.print(fmt.Sprintf("%s from %s, format %s, %s skipped\n", Plural(l.n, "socket"), Clean(o.Source), o.Format, Plural(o.Skipped, "line")))
		if verbosity >= 2 {
			for _, s := range o.SkippedLines {
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
