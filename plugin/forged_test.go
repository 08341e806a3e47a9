package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"check_netstat/plugin"
	"check_netstat/plugin/watch"
)

// unseen are the characters that must come from nobody but the program itself:
// none of them is a letter, mark, number, punctuation, symbol or blank that is
// shown.
var unseen = []*unicode.RangeTable{
	unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Join_Control,
	unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point,
}

// ownLine is how a line below the first may begin.
var ownLine = regexp.MustCompile(`^(\[(OK|WARNING|CRITICAL|UNKNOWN)\] |    |\+[0-9]+ more|source: |snapshot: |run: |skipped [0-9]+ line)`)

// forged are the ways out of a line, a cell or a string that one may try.
var forged = []string{
	"a|b=1;2;3", "a\nOK: fine | x=1", "a\r\n[OK] b: c", "\x1b]0;title\x07\x1b[2J", "\u202egnp.exe", "a\u200bb\u2060c\ufeff", "<script>alert(1)</script>",
	"&lt;b&gt;", `"; command = [ "sh" ]`, "}\nobject Host \"x\" { }", "$HOSTNAME$ `id` $(id)", "\x00\x01\x7f\u0085\u2028\u2029", "\xff\xfe\xed\xa0\x80",
	"\u034f\u115f\u3164\uffa0\U000e0001\U000e0041\U000e01ef\ufdd0\U0010ffff", `\u202e \x1b`, `a,b;c	d`, "'a'=1;;;0", strings.Repeat("|\n", 50), "=\"+cmd|' /C calc'!A0",
	"@SUM(1)", "%s%n%!d(x)", "#comment", `"`, `""`, "a\"b\nc",
}

// FuzzForgedOutput gives every output the same text in the place of everything
// that comes from outside: program names, states, lines that are no sockets,
// columns of the lists, names from DNS.
func FuzzForgedOutput(f *testing.F) {
	for _, text := range forged {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		dir := t.TempDir()
		quoted := `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		connections := "remoteIP,remoteName,remotePort,procName,comment,name\n" + strings.Join([]string{
			"192.0.2.9,,443," + quoted + "," + quoted + "," + quoted, "," + quoted + ",80,x,y", "198.51.100.4,,3306,,plain", quoted + ",,80," + quoted,
			"192.0.2.9,," + quoted + "," + quoted, text,
		}, "\n") + "\n"
		listening := "ipProtocol,localIP,localPort,procName,comment\n" + strings.Join([]string{
			"tcp,,22," + quoted + "," + quoted, quoted + ",,22", "tcp,,80,=" + text, "udp," + quoted + ",53,," + quoted, text,
		}, "\n") + "\n"
		line := strings.NewReplacer("\n", " ", "\r", " ").Replace(text)
		output := "Active Internet connections (servers and established)\n" +
			"Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n" +
			"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/" + line + "\n" +
			"tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      658/" + line + "\n" +
			"tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       " + line + "   -\n" +
			"tcp        0      0 192.0.2.7:41857         192.0.2.9:443           ESTABLISHED 4425/" + line + "\n" +
			"tcp        0      0 192.0.2.7:" + line + "   " + line + ":443           ESTABLISHED 4425/x\n" +
			text + "\n" + line + "\n"
		for name, text := range map[string]string{"monitoredTcpConnects.csv": connections, "monitoredListeningPorts.csv": listening, "netstat.txt": output} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		say := func(args ...string) string {
			var b bytes.Buffer
			plugin.Main(args, plugin.Env{
				Stdin: strings.NewReader(""), Stdout: &b, Version: "1",
				Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
					return nil, fmt.Errorf("no answer: %s", text)
				},
				Reverse: func(context.Context, string) ([]string, error) { return []string{text}, nil },
			})
			return b.String()
		}
		input := filepath.Join(dir, "netstat.txt")
		check := []string{"--dir", dir, "--input", input, "--unexpected", "warning", "--resolve", "--max-output", "200000"}
		for _, verbosity := range []string{"-t8", "-v", "-vv", "-vvv"} {
			isPlain(t, say(append(check, verbosity)...), 1)
		}
		isPlain(t, say("--netstat", filepath.Join(dir, "none"+strings.ReplaceAll(text, "/", "")), "--port", "tcp:22"), 1) // what a command line names is shown, too
		isPlain(t, say("--item", text, "--port", "tcp:22"), 1)
		isPlain(t, say("--port", text, "--connection", text, "--input", input), 1)
		isPlain(t, say("--no-"+text), 1)
		for _, args := range [][]string{
			append(check, "--output", "table"), {"sockets", "--input", input, "--resolve", "-vvv"}, {"items", "--dir", dir}, {"lint", "--dir", dir},
			{"items", "--port", text}, {"learn", text}, {"discover", text},
		} {
			isPlain(t, say(args...), 0)
		}
		for _, args := range [][]string{
			append(check, "--output", "json"), {"sockets", "--input", input, "--resolve", "--output", "json"},
			{"items", "--dir", dir, "--output", "json"}, {"lint", "--dir", dir, "--output", "json"},
			{"discover", "json", "--dir", dir, "--host", "db1"}, {"discover", "director", "--dir", dir, "--host", "db1"},
		} {
			isJSON(t, args[0], say(args...))
		}
		for _, format := range []string{"icinga2", "nagios"} {
			isShown(t, say("discover", format, "--dir", dir, "--host", "db1"))
		}
		for _, kind := range []watch.Kind{watch.Connection, watch.Listening} {
			isList(t, say("learn", map[watch.Kind]string{watch.Connection: "connections", watch.Listening: "listening"}[kind], "--input", input), kind)
		}
	})
}

// isShown checks that a text has only characters that are shown, and line ends.
func isShown(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Fatalf("no UTF-8: %q", out)
	}
	for i, r := range out {
		if r != '\n' && unicode.In(r, unseen...) || r == utf8.RuneError {
			t.Fatalf("%U in %q", r, out[max(0, i-30):i+utf8.RuneLen(r)])
		}
	}
}

// isPlain checks a text for people or a monitoring system: nothing in it begins
// markup, and perfdata begins where it may: once in a check, else never. Every
// line of a check is one of its own.
func isPlain(t *testing.T, out string, pipes int) {
	t.Helper()
	isShown(t, out)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if n := strings.Count(out, "|"); n != pipes || strings.Count(lines[0], " | ") != pipes || strings.ContainsAny(out, "<>&") {
		t.Fatalf("%d times |, or markup: %q", n, out)
	}
	if pipes == 0 {
		return
	}
	for _, line := range lines[1:] {
		if !ownLine.MatchString(line) {
			t.Fatalf("a line from outside: %q in %q", line, out)
		}
	}
}

// isJSON checks that an output is JSON which holds in its bytes nothing that a
// terminal, a monitoring system or a web page would take for its own.
func isJSON(t *testing.T, verb, out string) {
	t.Helper()
	isShown(t, out)
	if !json.Valid([]byte(out)) || strings.ContainsAny(out, "<>&") || verb != "discover" && strings.Contains(out, "|") {
		t.Fatalf("%s: %q", verb, out)
	}
}

// isList checks that a list which was learnt can be read again, row by row.
func isList(t *testing.T, out string, kind watch.Kind) {
	t.Helper()
	isShown(t, out)
	rows := strings.Count(out, "\n") - 2 // below the comment and the columns
	items, errs := watch.Read(strings.NewReader(out), "list.csv", kind)
	if len(items) != max(0, rows) || rows > 0 && len(errs) > 0 {
		t.Fatalf("%d items of %d rows, %v: %q", len(items), rows, errs, out)
	}
	for i := range items {
		if items[i].Err != nil {
			t.Fatalf("%v in %q", items[i].Err, out)
		}
	}
}
