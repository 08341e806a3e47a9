package plugin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin"
)

// A saved output may be damaged on its way: cut within a line, coloured, quoted,
// prefixed, its blanks replaced. Then a verdict may become unknown, but never a
// false OK, nor a false CRITICAL.

// damages are what happens to whole outputs, line by line.
var damages = map[string]func(line string) string{
	"coloured": func(line string) string {
		word, rest, _ := strings.Cut(line, " ")
		return "\x1b[01;31m\x1b[K" + word + "\x1b[m\x1b[K " + rest
	},
	"coloured ports": func(line string) string {
		at := strings.LastIndexAny(line[:len(line)/2], ":.")
		return line[:at+1] + "\x1b[01;31m\x1b[K" + line[at+1:] + "\x1b[m\x1b[K"
	},
	"tabs": func(line string) string {
		for strings.Contains(line, "  ") {
			line = strings.ReplaceAll(line, "  ", " ")
		}
		return strings.ReplaceAll(line, " ", "\t")
	},
	"in quotes":       func(line string) string { return fmt.Sprintf("    %q,", line) },
	"quoted":          func(line string) string { return "> " + line },
	"prefixed":        func(line string) string { return "web01: " + line },
	"numbered":        func(line string) string { return "12:" + line },
	"no-break spaces": func(line string) string { return strings.ReplaceAll(line, "  ", "\u00a0 ") },
	"trimmed":         strings.TrimSpace,
}

// savedLists writes lists of what the output shows and of what it does not, as
// what must be there and as what must not.
func savedLists(t *testing.T, in []byte) (dir string) {
	t.Helper()
	connections := "remoteIP,remotePort,procName,expect,name\n203.0.113.250,9,,,none\n203.0.113.250,9,,absent,gone\n"
	listening := "ipProtocol,localIP,localPort,procName,expect,name\ntcp,,9,,,closed\nudp,,9,,absent,nothing\n"
	n := 0
	_, err := parse.Netstat(bytes.NewReader(in), parse.Hints{}, func(s *parse.Socket) {
		program := ""
		if len(s.Owners) == 1 && s.Owners[0].Name != "" && !s.Owners[0].Cut && !strings.ContainsAny(s.Owners[0].Name, `",`) {
			program = "=" + s.Owners[0].Name
		}
		for _, expect := range []string{"present", "absent"} {
			n++
			switch {
			case s.Proto == parse.TCP && s.Remote.Addr.IsValid() && s.Remote.Port != 0:
				connections += fmt.Sprintf("%s,%d,%s,%s,item%d\n", s.Remote.Addr.WithZone(""), s.Remote.Port, program, expect, n)
			case (s.Listening() || s.MayListen()) && s.Local.Port != 0 && (s.Local.Addr.IsValid() || s.Local.IsWildcard()):
				address := ""
				if !s.Local.IsWildcard() {
					address = s.Local.Addr.WithZone("").String()
				}
				listening += fmt.Sprintf("%s,%s,%d,%s,%s,item%d\n", s.Proto, address, s.Local.Port, program, expect, n)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	for name, text := range map[string]string{"monitoredTcpConnects.csv": connections, "monitoredListeningPorts.csv": listening} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type savedVerdict struct{ Key, State, Reason string }

// judgeSaved returns the verdicts on a saved output, nil if it is none.
func judgeSaved(t *testing.T, dir string, in []byte) map[string]savedVerdict {
	t.Helper()
	var out bytes.Buffer
	plugin.Main([]string{"--dir", dir, "--input", "-", "--output", "json"}, plugin.Env{Stdin: bytes.NewReader(in), Stdout: &out})
	var got struct{ Items []savedVerdict }
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s", err, out.Bytes())
	}
	all := map[string]savedVerdict{}
	for _, v := range got.Items {
		all[v.Key] = v
	}
	return all
}

// noFalseVerdict compares the verdicts on a damaged output with the true ones.
func noFalseVerdict(t *testing.T, what string, truth, got map[string]savedVerdict) {
	t.Helper()
	for key, was := range truth {
		now := got[key]
		if was.State == "OK" && now.State == "CRITICAL" || was.State != "OK" && was.State != "WARNING" && now.State == "OK" {
			t.Errorf("%s: %s was %s (%s), is %s (%s)", what, key, was.State, was.Reason, now.State, now.Reason)
		}
	}
}

func eachCapture(t *testing.T, visit func(t *testing.T, in []byte)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "testdata", "captures", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(in, []byte("\xff\xfe")) {
			continue // of UTF-16 a cut leaves half of a character
		}
		t.Run(filepath.Base(file), func(t *testing.T) { visit(t, in) })
	}
}

func TestNoDamageMakesAFalseVerdict(t *testing.T) {
	eachCapture(t, func(t *testing.T, in []byte) {
		dir := savedLists(t, in)
		truth := judgeSaved(t, dir, in)
		lines := strings.Split(string(in), "\n")
		for name, damage := range damages {
			var all []string
			for i, line := range lines {
				if strings.TrimSpace(line) == "" {
					all = append(all, line)
					continue
				}
				damaged := damage(strings.TrimRight(line, "\r"))
				all = append(all, damaged)
				one := append(append(append([]string(nil), lines[:i]...), damaged), lines[i+1:]...)
				noFalseVerdict(t, fmt.Sprintf("line %d %s", i+1, name), truth, judgeSaved(t, dir, []byte(strings.Join(one, "\n"))))
			}
			noFalseVerdict(t, "all "+name, truth, judgeSaved(t, dir, []byte(strings.Join(all, "\n"))))
		}
	})
}

// peerOf returns where the second endpoint of a row of ss begins. A row may end
// with it, whatever other rows have behind theirs.
func peerOf(line string) int {
	ends, at := 0, 0
	for _, word := range strings.Fields(line) {
		at += strings.Index(line[at:], word)
		if strings.Contains(word, ":") {
			if ends++; ends == 2 {
				return at
			}
		}
		at += len(word)
	}
	return at
}

// TestNoCutMakesAFalseVerdict cuts each line at each third place. What is cut
// off its last field nobody can see: there the line ends where another one of its
// kind may end.
func TestNoCutMakesAFalseVerdict(t *testing.T) {
	eachCapture(t, func(t *testing.T, in []byte) {
		dir := savedLists(t, in)
		truth := judgeSaved(t, dir, in)
		lines := strings.Split(string(in), "\n")
		for i, line := range lines {
			last := strings.LastIndexByte(strings.TrimRight(line, " \r"), ' ')
			if strings.Contains(t.Name(), "/ss-") {
				last = min(last, peerOf(line))
			}
			for at := 1; at <= last; at += 3 {
				if strings.TrimSpace(line[:at]) == "" {
					continue // as if the line were missing
				}
				cut := append(append([]string(nil), lines[:i]...), line[:at])
				if strings.TrimSpace(strings.Join(lines[i+1:], "")) != "" { // of the last line the end is cut, too
					cut = append(cut, lines[i+1:]...)
				}
				noFalseVerdict(t, fmt.Sprintf("line %d cut at %d", i+1, at), truth, judgeSaved(t, dir, []byte(strings.Join(cut, "\n"))))
			}
		}
	})
}
