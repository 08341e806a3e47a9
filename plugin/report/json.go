package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/lint"
	"check_netstat/plugin/match"
)

// jsonForm is the form for programs.
type jsonForm struct{}

// HasSockets is true.
func (jsonForm) HasSockets(int) bool { return true }

type checkJSON struct {
	State    string     `json:"state"`
	ExitCode int        `json:"exit_code"`
	Summary  string     `json:"summary"`
	Source   string     `json:"source"`
	TestedAt string     `json:"tested_at"`
	Host     string     `json:"host"`
	Problems []string   `json:"problems,omitempty"`
	Hints    []string   `json:"hints,omitempty"`
	Items    []itemJSON `json:"items"`
	// Unexpected is there, if empty, if it was asked for.
	Unexpected *[]socketJSON `json:"unexpected,omitempty"`
	Samples    *samplesJSON  `json:"samples,omitempty"`
}

type samplesJSON struct {
	Of     int `json:"of"`
	Taken  int `json:"taken"`
	Failed int `json:"failed"`
}

type itemJSON struct {
	Key       string         `json:"key"`
	Kind      string         `json:"kind"`
	State     string         `json:"state"`
	StateCode int            `json:"state_code"`
	Reason    string         `json:"reason"`
	Matched   int            `json:"matched"`
	States    map[string]int `json:"states"`
	Comment   string         `json:"comment"`
	Sockets   []socketJSON   `json:"sockets"`
}

// Check writes the result, items in the lists' order.
func (jsonForm) Check(w io.Writer, c *Check, _ Options) error {
	out := checkJSON{
		State: c.State.String(), ExitCode: c.State.ExitCode(), Summary: c.summary(),
		Source: c.Origin.Source, TestedAt: c.TestedAt.Format(time.RFC3339), Host: c.Host,
		Problems: c.Problems, Hints: c.hints(), Items: make([]itemJSON, 0, len(c.Verdicts)),
	}
	for i := range c.Verdicts {
		v := &c.Verdicts[i]
		if !v.Item.Kind.IsUnexpected() {
			out.Items = append(out.Items, verdictJSON(v, c.Names))
			continue
		}
		if out.Unexpected == nil {
			out.Unexpected = &[]socketJSON{}
		}
		for k := range v.Sockets {
			*out.Unexpected = append(*out.Unexpected, toJSON(&v.Sockets[k], nil))
		}
		if v.Reason != "" {
			out.Problems = append(out.Problems, "unexpected: "+v.Reason)
		}
	}
	if s := c.Sampling; s.Of > 1 {
		out.Samples = &samplesJSON{s.Of, s.Taken, s.Failed}
	}
	return writeJSON(w, out)
}

func verdictJSON(v *match.Verdict, names Names) itemJSON {
	j := itemJSON{
		Key: v.Item.Key, Kind: v.Item.Kind.String(), State: v.State.String(), StateCode: v.State.ExitCode(), Reason: wholeReason(v),
		Matched: v.Matched, States: map[string]int{}, Comment: v.Item.Comment,
		Sockets: make([]socketJSON, 0, len(v.Sockets)),
	}
	for s, n := range v.States {
		if name := parse.State(s).String(); n > 0 && name != "" {
			j.States[name] = n
		}
	}
	for i := range v.Sockets {
		j.Sockets = append(j.Sockets, toJSON(&v.Sockets[i], names))
	}
	return j
}

// wholeReason is the reason with what to do: in JSON an item stands for itself.
func wholeReason(v *match.Verdict) string {
	if v.Hint == "" {
		return v.Reason
	}
	return v.Reason + ". " + v.Hint
}

type watchJSON struct {
	Key      string `json:"key"`
	Kind     string `json:"kind"`
	Display  string `json:"display_name"`
	Endpoint string `json:"endpoint"`
	Program  string `json:"program"`
	Service  string `json:"service,omitempty"`
	Expect   string `json:"expect"`
	Warning  string `json:"warning"`
	Critical string `json:"critical"`
	MaxRecvQ string `json:"max_recv_q,omitempty"`
	MaxSendQ string `json:"max_send_q,omitempty"`
	Comment  string `json:"comment"`
	Where    string `json:"where"`
	Error    string `json:"error,omitempty"`
}

// Items writes the watch items.
func (jsonForm) Items(w io.Writer, l *Items, _ Options) error {
	out := struct {
		Items    []watchJSON `json:"items"`
		Problems []string    `json:"problems,omitempty"`
	}{make([]watchJSON, 0, len(l.Items)), l.Problems}
	for i := range l.Items {
		it := &l.Items[i]
		j := watchJSON{
			Key: it.Key, Kind: it.Kind.String(), Display: it.Display(), Endpoint: it.Endpoint(),
			Program: it.Program.String(), Service: it.Service,
			Expect: it.Expect.String(), Warning: it.Warning.String(), Critical: it.Critical.String(),
			MaxRecvQ: it.MaxRecvQ.String(), MaxSendQ: it.MaxSendQ.String(),
			Comment: it.Comment, Where: it.Where,
		}
		if it.Err != nil {
			j.Error = it.Err.Error()
		}
		out.Items = append(out.Items, j)
	}
	return writeJSON(w, out)
}

type findingJSON struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Text     string `json:"text"`
}

// Lint writes the findings. Line and column are 0 if a finding is about a whole
// list.
func (jsonForm) Lint(w io.Writer, l *Lint, _ Options) error {
	out := struct {
		Lists    int           `json:"lists"`
		Items    int           `json:"items"`
		Errors   int           `json:"errors"`
		Hints    int           `json:"hints"`
		Findings []findingJSON `json:"findings"`
	}{Lists: l.Lists, Items: l.Items, Errors: lint.Errors(l.Findings), Findings: make([]findingJSON, 0, len(l.Findings))}
	out.Hints = len(l.Findings) - out.Errors
	for i := range l.Findings {
		f := &l.Findings[i]
		out.Findings = append(out.Findings, findingJSON{f.File, f.Line, f.Column, f.Severity.String(), f.Text})
	}
	return writeJSON(w, out)
}

func writeJSON[T any](w io.Writer, v T) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding the result: %w", err)
	}
	if _, err := w.Write(append(escapeJSON(text), '\n')); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}
