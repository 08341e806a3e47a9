package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/watch"
)

type checkJSON struct {
	State    string     `json:"state"`
	ExitCode int        `json:"exit_code"`
	Summary  string     `json:"summary"`
	Source   string     `json:"source"`
	TestedAt string     `json:"tested_at"`
	Host     string     `json:"host"`
	Problems []string   `json:"problems,omitempty"`
	Items    []itemJSON `json:"items"`
	// Unexpected is there, if empty, where it was asked for.
	Unexpected *[]socketJSON `json:"unexpected,omitempty"`
	Samples    *samplesJSON  `json:"samples,omitempty"`
}

type samplesJSON struct {
	Of     int `json:"of"`
	Taken  int `json:"taken"`
	Failed int `json:"failed"`
}

type itemJSON struct {
	Key     string         `json:"key"`
	Kind    string         `json:"kind"`
	State   string         `json:"state"`
	Code    int            `json:"state_code"` // the state as an exit code
	Reason  string         `json:"reason"`
	Matched int            `json:"matched"`
	States  map[string]int `json:"states"`
	Comment string         `json:"comment"`
	Sockets []socketJSON   `json:"sockets"`
}

// JSON writes the result for programs, items in the lists' order.
func JSON(w io.Writer, c *Check) error {
	out := checkJSON{
		State: c.State.String(), ExitCode: c.State.ExitCode(), Summary: c.summary(),
		Source: c.Origin.Source, TestedAt: c.TestedAt.Format(time.RFC3339), Host: c.Host,
		Problems: c.Problems, Items: make([]itemJSON, 0, len(c.Verdicts)),
	}
	for i := range c.Verdicts {
		out.Items = append(out.Items, verdictJSON(&c.Verdicts[i], c.Names))
	}
	if u := c.Unexpected; u != nil {
		sockets := make([]socketJSON, 0, len(u.Sockets))
		for i := range u.Sockets {
			sockets = append(sockets, toJSON(&u.Sockets[i], nil))
		}
		out.Unexpected = &sockets
		if u.Reason != "" {
			out.Problems = append(out.Problems, "unexpected: "+u.Reason)
		}
	}
	if s := c.Sampling; s.Of > 1 {
		out.Samples = &samplesJSON{s.Of, s.Taken, s.Failed}
	}
	return writeJSON(w, out)
}

func verdictJSON(v *match.Verdict, names Names) itemJSON {
	j := itemJSON{
		Key: v.Item.Key, Kind: v.Item.Kind.String(), State: v.State.String(), Code: v.State.ExitCode(), Reason: v.Reason,
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

type watchJSON struct {
	Key      string `json:"key"`
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint"`
	Program  string `json:"program"`
	Expect   string `json:"expect"`
	Warning  string `json:"warning"`
	Critical string `json:"critical"`
	Comment  string `json:"comment"`
	Where    string `json:"where"`
	Error    string `json:"error,omitempty"`
}

// ItemsJSON writes the watch items for programs.
func ItemsJSON(w io.Writer, items []watch.Item, problems []string) error {
	out := struct {
		Items    []watchJSON `json:"items"`
		Problems []string    `json:"problems,omitempty"`
	}{make([]watchJSON, 0, len(items)), problems}
	for i := range items {
		it := &items[i]
		j := watchJSON{
			Key: it.Key, Kind: it.Kind.String(), Endpoint: it.Endpoint(), Program: it.Program.String(),
			Expect: it.Expect.String(), Warning: it.Warning.String(), Critical: it.Critical.String(),
			Comment: it.Comment, Where: it.Where,
		}
		if it.Err != nil {
			j.Error = it.Err.Error()
		}
		out.Items = append(out.Items, j)
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
