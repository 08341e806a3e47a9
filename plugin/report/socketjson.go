package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"check_netstat/parse"
)

// socketJSON is a socket for programs: a number is a number, a name stays text, a
// wildcard is written as the source has it.
type socketJSON struct {
	Proto       string          `json:"proto"`
	LocalIP     string          `json:"local_ip"`
	LocalPort   json.RawMessage `json:"local_port"`
	RemoteIP    string          `json:"remote_ip"`
	RemotePort  json.RawMessage `json:"remote_port"`
	State       string          `json:"state"`
	PID         uint32          `json:"pid"`
	Process     string          `json:"process"`
	Owners      []ownerJSON     `json:"owners,omitempty"` // if there are several
	Hidden      bool            `json:"hidden,omitempty"`
	Service     string          `json:"service,omitempty"`
	Device      string          `json:"device,omitempty"`
	RecvQ       *uint32         `json:"recv_q,omitempty"`
	SendQ       *uint32         `json:"send_q,omitempty"`
	Limit       *uint32         `json:"limit,omitempty"` // of an accept queue
	Retransmits *uint8          `json:"retransmits,omitempty"`
	RemoteName  string          `json:"remote_name,omitempty"` // only if names were asked for
}

type ownerJSON struct {
	PID     uint32 `json:"pid"`
	Process string `json:"process"`
}

func toJSON(s *parse.Socket, names Names) socketJSON {
	j := socketJSON{
		Proto:   s.Proto.String(),
		LocalIP: s.Local.HostText(), LocalPort: portJSON(s.Local),
		RemoteIP: s.Remote.HostText(), RemotePort: portJSON(s.Remote),
		State: s.StateText(), Hidden: s.Hidden, Service: servicesText(s), Device: s.Device,
		RemoteName: names[s.Remote.Addr],
	}
	if len(s.Owners) > 0 {
		j.PID, j.Process = s.Owners[0].PID, s.Owners[0].Name
	}
	if len(s.Owners) > 1 {
		for _, o := range s.Owners {
			j.Owners = append(j.Owners, ownerJSON{o.PID, o.Name})
		}
	}
	j.queues(&s.Queues)
	return j
}

func (j *socketJSON) queues(q *parse.Queues) {
	if q.Shown {
		j.RecvQ, j.SendQ = &q.Recv, &q.Send
	}
	if q.HasLimit {
		j.Limit = &q.Limit
	}
	if q.Timer == parse.Retransmit || q.Timer == parse.Persist {
		j.Retransmits = &q.Retries
	}
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

// jsonListing is a snapshot for programs.
type jsonListing struct {
	w     *bufio.Writer
	names Names
	n     int
	err   error
}

// Sockets begins a snapshot.
func (jsonForm) Sockets(w io.Writer, o Options) Listing {
	return &jsonListing{w: bufio.NewWriterSize(w, 64<<10), names: o.Names}
}

// Add writes one socket.
func (l *jsonListing) Add(s *parse.Socket) {
	l.n++
	text, err := json.Marshal(toJSON(s, l.names))
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

func (l *jsonListing) print(text string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(text)
	}
}

// Close ends the snapshot with what is known of the whole.
func (l *jsonListing) Close(o Footer) error {
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
	if l.err == nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return fmt.Errorf("writing the sockets: %w", l.err)
	}
	return nil
}
