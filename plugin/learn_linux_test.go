package plugin_test

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// listenBelow opens a listener on a port that is no dynamic one: a learnt list
// has those of a program as one range.
func listenBelow(t *testing.T, first int) (l net.Listener, port string) {
	t.Helper()
	for n := first; n < first+1000; n++ {
		port = strconv.Itoa(n)
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:"+port)
		if err == nil {
			t.Cleanup(func() { _ = l.Close() })
			return l, port
		}
	}
	t.Fatalf("no port is free from %d on", first)
	return nil, ""
}

// TestLiveListenerOpenedAfterLearn: what was learnt is expected, what comes
// later is not. Other programs of this machine come and go, so only the sockets
// of this test are looked at; TestRootLearntListIsTrueOfAWholeHost looks at all.
func TestLiveListenerOpenedAfterLearn(t *testing.T) {
	for _, source := range installed(t) {
		t.Run(source, func(t *testing.T) {
			_, before := listenBelow(t, 20000)
			exit, out := run(t, "learn", "listening", "--source", source)
			row := "tcp,127.0.0.1," + before + ",=" + program(t) + ",,"
			if exit != 0 || !strings.Contains(out, "\n"+row) {
				t.Fatalf("learn: exit %d, without %q:\n%s", exit, row, out)
			}
			list := filepath.Join(t.TempDir(), "list.csv")
			if err := os.WriteFile(list, []byte(out), 0o600); err != nil {
				t.Fatal(err)
			}
			expect(t, 0, " 0 errors, 0 hints", "lint", "--listening", list)

			l, after := listenBelow(t, 21000)
			stray := func(port string) string {
				return "[WARNING] unexpected: tcp 127.0.0.1:" + port + " (" + strconv.Itoa(os.Getpid()) + "/" + program(t) + ")\n"
			}
			args := []string{"--source", source, "--listening", list, "--unexpected", "warning", "--max-output", "1000000"}
			if _, out := run(t, args...); !strings.Contains(out, stray(after)) || strings.Contains(out, stray(before)) {
				t.Errorf("want only %q of %q and %q:\n%s", after, before, after, out)
			}
			for _, more := range [][]string{{"--unexpected-scope", "external"}, {"--allow", "tcp:127.0.0.1:" + after}} {
				if _, out := run(t, append(args, more...)...); strings.Contains(out, stray(after)) {
					t.Errorf("%v: %s", more, out)
				}
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if _, out := run(t, args...); strings.Contains(out, stray(after)) {
				t.Errorf("closed, but still there: %s", out)
			}
		})
	}
}

// TestLiveLearntConnectionIsOK: many connections to one endpoint are one row,
// and their other ends, which this host accepted, none.
func TestLiveLearntConnectionIsOK(t *testing.T) {
	for _, source := range installed(t) {
		t.Run(source, func(t *testing.T) {
			l, port := listenBelow(t, 22000)
			for range 3 {
				c, err := net.Dial("tcp4", l.Addr().String()) //nolint:noctx // loopback
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = c.Close() })
				accepted, err := l.Accept()
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = accepted.Close() })
			}
			exit, out := run(t, "learn", "connections", "--source", source)
			row := "127.0.0.1,," + port + ",=" + program(t) + ",,"
			if exit != 0 || strings.Count(out, row) != 1 {
				t.Fatalf("learn: exit %d, want %q once:\n%s", exit, row, out)
			}
			list := filepath.Join(t.TempDir(), "list.csv")
			if err := os.WriteFile(list, []byte("remoteIP,remoteName,remotePort,procName,comment\n"+row+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			expect(t, 0, "3 ESTABLISHED", "--source", source, "--connections", list)
		})
	}
}
