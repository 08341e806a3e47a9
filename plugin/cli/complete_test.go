package cli

import (
	"slices"
	"strings"
	"testing"

	flags "github.com/jessevdk/go-flags"
)

// completed returns the completions of a command line. keys are those of the items
// that the line has so far: of its ad-hoc items and, for a folder, keysInDir.
func completed(t *testing.T, mode string, args ...string) []string {
	t.Helper()
	t.Setenv(completionVariable, mode)
	request, err := Parse(args, func(w *Watch) []flags.Completion {
		var all []flags.Completion
		for _, it := range slices.Concat(w.AdHocConnections, w.AdHocPorts, w.Counts) {
			all = append(all, flags.Completion{Item: it.Key})
		}
		if w.Dir == "lists" || slices.Contains(w.Listening, "list.csv") {
			all = append(all, keysInDir...)
		}
		return all
	})
	text, ok := request.(*Text)
	if err != nil || !ok || !text.Completes {
		t.Fatalf("%q: %+v, %v", args, request, err)
	}
	return slices.Collect(strings.Lines(text.Text))
}

var keysInDir = []flags.Completion{
	{Item: "listening/tcp/any:10115/endpoint", Description: "perfdata"}, {Item: "listening/udp/any:161/snmp"},
}

func TestACompletionSaysHowTheLineMayGoOn(t *testing.T) {
	keys := []string{keysInDir[0].Item, keysInDir[1].Item}
	for line, want := range map[string][]string{
		"":                               {"discover", "items", "learn", "lint", "sockets"},
		"i":                              {"items"},
		"--unexpected-":                  {"--unexpected-connections", "--unexpected-scope", "--unexpected-udp"},
		"items --dir x --conn":           {"--connection", "--connections"},
		"items --unknown-":               nil, // it takes none
		"--dir x items --conn":           {"--connection", "--connections"},
		"learn ":                         {"connections", "listening"},
		"learn c":                        {"connections"},
		"learn listening ":               nil,
		"discover ":                      {"businessprocess", "director", "icinga2", "json", "nagios"},
		"discover -t 5 j":                {"json"},
		"discover json --templ":          {"--template"},
		"discover json --template n":     nil,
		"--output ":                      {"json", "table", "text"},
		"--output=t":                     {"--output=table", "--output=text"},
		"--source k":                     {"kernel"},
		"--unknown-process ":             {"critical", "ok", "unknown", "warning"},
		"--stalled w":                    {"warning"},
		"--unexpected w":                 {"warning"},
		"--unexpected-scope ":            {"all", "external"},
		"--dir lists --item listening/":  keys,
		"--dir=lists --item=listening/t": {"--item=" + keys[0]},
		"--listening list.csv --item *snmp --item ": keys,
		"-vt 5 --port tcp:22,sshd --item ":          {"listening/tcp/any:22/sshd"},
		"--connection linvmas146:5723 --item ":      {"connection/linvmas146:5723/"},
		"sockets --count udp --item ":               {"count/udp"},
		"--dir /no/such/folder --item ":             nil,
		"--dir ":                                    nil,
		"--connections ":                            nil,
		"--input=":                                  nil,
		"-w ":                                       nil,
		"--no-such=":                                nil,
	} {
		got := completed(t, "1", strings.Split(line, " ")...)
		for i := range got {
			got[i] = strings.TrimSuffix(got[i], "\n")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestACompletionMayBeDescribed(t *testing.T) {
	got := completed(t, "verbose", "--dir", "lists", "--item", "listening/tcp")
	if want := []string{keysInDir[0].Item + "\tperfdata\n"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got = completed(t, "verbose", "--ignore"); len(got) != 1 || !strings.HasPrefix(got[0], "--ignore-process\tmatch without") {
		t.Errorf("%q", got)
	}
	if got = completed(t, "verbose", "it"); !slices.Equal(got, []string{"items\tthe watch items, with their keys\n"}) {
		t.Errorf("%q", got)
	}
}
