package plugin_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"check_netstat/plugin"
)

// terminal opens a pseudo-terminal (pts(4)) of that many columns.
func terminal(t *testing.T, columns uint16) (screen, program *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	fd := int(screen.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: columns}); err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, program
}

// onTerminal runs one command line there and returns what a person sees, and
// the escape sequences apart.
func onTerminal(t *testing.T, columns uint16, args ...string) (seen string, escapes []string) {
	t.Helper()
	screen, program := terminal(t, columns)
	plugin.Main(args, plugin.Env{Stdin: strings.NewReader(""), Stdout: program, Lookup: lookup})
	if _, err := program.WriteString("\x04"); err != nil { // marks the end
		t.Fatal(err)
	}
	var out bytes.Buffer
	b := make([]byte, 4096)
	for !bytes.HasSuffix(out.Bytes(), []byte{4}) {
		n, err := screen.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b[:n])
	}
	if err := program.Close(); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(strings.TrimSuffix(out.String(), "\x04"), "\r\n", "\n")
	sequence := regexp.MustCompile("\x1b\\[[0-9]+m")
	return sequence.ReplaceAllString(text, ""), sequence.FindAllString(text, -1)
}

func TestTablesOnATerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	const width = 90
	for _, args := range [][]string{
		{"--dir", "../testdata/lists", "--input", "../testdata/windows-ano.txt", "--output", "table"},
		{"sockets", "--input", "../testdata/linux-tunap.txt"},
		{"items", "--listening", "../testdata/lists/monitoredListeningPorts.csv", "--port", "tcp:x"},
	} {
		seen, escapes := onTerminal(t, width, args...)
		rows := strings.Split(seen, "\n")[1:]
		for _, row := range rows {
			if n := utf8.RuneCountInString(row); n > width {
				t.Errorf("%v: %d columns: %s", args, n, row)
			}
		}
		if len(escapes) < 2 || len(rows) < 4 {
			t.Errorf("%v: %d lines with %d escape sequences:\n%s", args, len(rows), len(escapes), seen)
		}
		for name, value := range map[string]string{"NO_COLOR": "1", "TERM": "dumb"} {
			t.Run(name, func(t *testing.T) {
				t.Setenv(name, value)
				plain, escapes := onTerminal(t, width, args...)
				if len(escapes) > 0 || strings.Contains(plain, "\x1b") || plain != seen {
					t.Errorf("%v: %q", args, plain)
				}
			})
		}
		if _, out := run(t, args...); strings.ContainsAny(out, "\x1b…") {
			t.Errorf("%v: where there is no terminal: %q", args, out)
		}
	}
}

// TestTextIsPlainOnATerminal, and has no perfdata: that is for the monitoring
// system.
func TestTextIsPlainOnATerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	seen, escapes := onTerminal(t, 40, "--port", "tcp:22", "--input", "../testdata/linux-tunap.txt")
	if len(escapes) > 0 || seen != "OK: listening on 0.0.0.0:22, [::]:22 (sshd) [listening/tcp/any:22/]\n" {
		t.Errorf("%q", seen)
	}
}
