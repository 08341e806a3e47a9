package report

import (
	"regexp"
	"strings"
	"testing"

	"check_netstat/parse"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// escapes are the sequences that a terminal does not show.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// wide is a result whose every column is long, with text from outside that would
// paint the terminal.
func wide() *Check {
	bad := listening("listening/tcp/any:443/a-program-with-quite-a-long-name", state.Critical, 0)
	bad.Reason = "listening, but owned by \x1b[32mnginx\x1b[0m and by 日本語の長い名前のプログラム, not httpd"
	bad.Item.Comment = "the shop's front door, which belongs to the web team"
	return check(nil, verdict("connection/192.0.2.1:80/", state.OK, 1), bad, verdict("w", state.Warning, 1), verdict("u", state.Unknown, 0))
}

func table(t *testing.T, c *Check, style Style) []string {
	t.Helper()
	var b strings.Builder
	if err := (tableForm{}).Check(&b, c, Options{Style: style}); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// A reason is never cut: columns are left out before it, and then it has lines of
// its own.
func TestATableFitsTheTerminalWithWholeReasons(t *testing.T) {
	c := wide()
	for width := 40; width <= 240; width++ {
		rows := table(t, c, Style{Width: width})[1:]
		all := strings.Join(rows, "\n")
		for _, row := range rows {
			if n := columns(row); n > width {
				t.Errorf("%d columns in a terminal of %d: %s", n, width, row)
			}
		}
		if strings.Contains(all, "…") {
			t.Errorf("cut in %d columns:\n%s", width, all)
		}
		words := strings.Join(strings.Fields(all), "")
		for _, v := range c.Verdicts {
			if want := strings.Join(strings.Fields(Clean(v.Reason)), ""); !strings.Contains(words, want) {
				t.Errorf("%d columns lack %q:\n%s", width, v.Reason, all)
			}
		}
	}
	for width, want := range map[int]string{240: "KEY", 178: "COMMENT", 140: "REASON", 80: "MATCHED"} {
		if head := table(t, c, Style{Width: width})[1]; !strings.HasSuffix(strings.TrimSpace(head), want) {
			t.Errorf("in %d columns the last is not %s: %s", width, want, head)
		}
	}
}

func TestATableIsPlainAndWholeWhereThereIsNoTerminal(t *testing.T) {
	all := strings.Join(table(t, wide(), Style{}), "\n")
	if strings.ContainsAny(all, "\x1b…") || !strings.Contains(all, "web team") || !strings.Contains(all, "not httpd") {
		t.Errorf("table:\n%s", all)
	}
}

func TestATableIsColouredByState(t *testing.T) {
	plain, painted := table(t, wide(), Style{Width: 120}), table(t, wide(), Style{Width: 120, Color: true})
	for i := range painted {
		if got := escapes.ReplaceAllString(painted[i], ""); got != plain[i] {
			t.Errorf("colours change the text:\n%s\n%s", got, plain[i])
		}
	}
	all := strings.Join(painted, "\n")
	for _, want := range []string{"\x1b[31mCRITICAL\x1b[0m: ", "\n\x1b[31mCRITICAL\x1b[0m  tcp", "\n\x1b[35mUNKNOWN\x1b[0m ", "\n\x1b[33mWARNING\x1b[0m ", "\n\x1b[32mOK\x1b[0m "} {
		if !strings.Contains(all, want) {
			t.Errorf("without %q:\n%s", want, all)
		}
	}
	// Each sequence is ours: text from outside brought none.
	if n := strings.Count(all, "\x1b"); n != 10 {
		t.Errorf("%d escape sequences, want 10:\n%q", n, all)
	}
}

func TestItemsFitTheTerminal(t *testing.T) {
	good, bad := watch.AdHocConnection("10.0.0.0/8,443 8000-8099,a-program-with-quite-a-long-name"), watch.AdHocPort("tcp:99999")
	good.Comment = "the shop's front door, which belongs to the web team"
	var b strings.Builder
	if err := (tableForm{}).Items(&b, &Items{[]watch.Item{good, bad}, []string{"p.csv: no file"}}, Options{Style: Style{Width: 130, Color: true}}); err != nil {
		t.Fatal(err)
	}
	for _, row := range strings.Split(b.String(), "\n") {
		if n := columns(escapes.ReplaceAllString(row, "")); n > 130 {
			t.Errorf("%d columns: %s", n, row)
		}
	}
	for _, want := range []string{"\x1b[35mUNKNOWN\x1b[0m: p.csv", good.Key + "  ", "\x1b[35m" + bad.Key + "\x1b[0m"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("without %q:\n%s", want, b.String())
		}
	}
}

func TestSocketsFitTheTerminal(t *testing.T) {
	var b strings.Builder
	listing := (tableForm{}).Sockets(&b, Options{Style: Style{Width: 80, Color: true}})
	s := parse.Socket{
		Proto: parse.TCP, State: parse.CloseWait,
		Local: parse.Endpoint{Host: "a", Port: 1}, Remote: parse.Endpoint{Host: "a-host-with-quite-a-long-name.example.com", Port: 443},
		Owners: []parse.Owner{{PID: 4711, Name: "a-program-with-quite-a-long-name"}},
	}
	for range widthsFrom + 1 {
		listing.Add(&s)
	}
	s.Local.Host = "a-local-host-that-is-longer-than-those-before" // wider than the columns: it is whole all the same
	listing.Add(&s)
	if err := listing.Close(Footer{Origin: Origin{Source: "ss", Format: "ss"}}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != widthsFrom+5 {
		t.Fatalf("%d lines", len(lines))
	}
	want := "tcp  a:1    a-host-with-quite-a-long-name.example.com:443  \x1b[31mCLOSE_WAIT\x1b[0m  4711/a-p…" // 80 columns
	for i, line := range lines[1 : widthsFrom+2] {
		if line != want {
			t.Fatalf("line %d is\n%q, want\n%q", i, line, want)
		}
	}
	if !strings.HasPrefix(lines[widthsFrom+2], "tcp  a-local-host-that-is-longer-than-those-before:1  a-host") {
		t.Errorf("%q", lines[widthsFrom+2])
	}
}

func TestCutKeepsWithinItsColumns(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{{"abcdef", 4, "abc…"}, {"abcdef", 1, "…"}, {"日本語の", 4, "日…"}, {"日本語の", 5, "日本…"}, {"e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301…"}} {
		if got := cut(tt.text, tt.n); got != tt.want || columns(got) > tt.n {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}
