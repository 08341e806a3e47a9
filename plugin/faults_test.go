package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"check_netstat/plugin"
	"check_netstat/plugin/resolve"
)

// tell runs a command line with a resolver of its own.
func tell(lookup resolve.Lookup, args ...string) (exit int, first string, took time.Duration) {
	var b bytes.Buffer
	start := time.Now()
	exit = plugin.Main(args, plugin.Env{Stdin: strings.NewReader(""), Stdout: &b, Lookup: lookup})
	first, _, _ = strings.Cut(b.String(), " | ")
	return exit, first, time.Since(start)
}

// TestFaultDNS: names that do not resolve are UNKNOWN, cost at most half of the
// time limit, and leave the other items alone.
func TestFaultDNS(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	many := make([]netip.Addr, 5000)
	for i := range many {
		many[i] = netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)})
	}
	for _, tt := range []struct {
		name   string
		lookup resolve.Lookup
		exit   int
		line   string
	}{
		{"hangs", func(ctx context.Context, _, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }, 3,
			"UNKNOWN: linvmas146: no answer from the resolver in time [connection/linvmas146:3306/]"},
		{"hangs and is deaf", func(context.Context, string, string) ([]netip.Addr, error) { <-never; return nil, nil }, 3,
			"UNKNOWN: linvmas146: no answer from the resolver in time [connection/linvmas146:3306/]"},
		{"fails", func(context.Context, string, string) ([]netip.Addr, error) {
			return nil, &net.DNSError{Err: "server misbehaving"}
		}, 3,
			"UNKNOWN: linvmas146 does not resolve: the resolver has failed to answer (SERVFAIL or a refusal) [connection/linvmas146:3306/]"},
		{"fails in another way", func(context.Context, string, string) ([]netip.Addr, error) { return nil, errors.New("broken\x1b[31m|") }, 3,
			"UNKNOWN: linvmas146 does not resolve: broken?[31m/ [connection/linvmas146:3306/]"},
		{"knows no such host", func(context.Context, string, string) ([]netip.Addr, error) {
			return nil, &net.DNSError{IsNotFound: true}
		}, 3,
			"UNKNOWN: linvmas146 has no address [connection/linvmas146:3306/]"},
		{"answers nothing", func(context.Context, string, string) ([]netip.Addr, error) { return nil, nil }, 3,
			"UNKNOWN: linvmas146 has no address [connection/linvmas146:3306/]"},
		{"answers 5,000 other addresses", func(context.Context, string, string) ([]netip.Addr, error) { return many, nil }, 2,
			"CRITICAL: no connection; linvmas146 resolves to 198.18.0.0, 198.18.0.1, 198.18.0.2, and others; connected to 198.51.100.4:3306 instead [connection/linvmas146:3306/]"},
		{"answers 5,000 addresses and the one", func(context.Context, string, string) ([]netip.Addr, error) {
			return append(many, netip.MustParseAddr("198.51.100.4")), nil
		}, 0, "OK: 2 ESTABLISHED [connection/linvmas146:3306/]"},
		{"panics", func(context.Context, string, string) ([]netip.Addr, error) { panic("in the resolver") }, 3,
			"UNKNOWN: linvmas146 does not resolve: defect in the resolver: in the resolver [connection/linvmas146:3306/]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			input := "../testdata/linux-tunap.txt"
			exit, first, took := tell(tt.lookup, "--connection", "linvmas146:3306", "--input", input, "-t", "1")
			if exit != tt.exit || first != tt.line || took > 5*time.Second {
				t.Errorf("exit %d after %v: %s\nwant %d: %s", exit, took, first, tt.exit, tt.line)
			}
			var b bytes.Buffer
			plugin.Main([]string{"--connection", "linvmas146:3306", "--port", "tcp:22", "--input", input, "-t", "1", "-v"},
				plugin.Env{Stdout: &b, Lookup: tt.lookup})
			if !strings.Contains(b.String(), "\n[OK] listening/tcp/any:22/: listening on ") {
				t.Errorf("the other item: %s", &b)
			}
		})
	}
	t.Run("many names that hang", func(t *testing.T) {
		var args []string
		for i := range 200 {
			args = append(args, "--connection", fmt.Sprintf("host%d.example.com:443", i))
		}
		deaf := func(context.Context, string, string) ([]netip.Addr, error) { <-never; return nil, nil }
		exit, first, took := tell(deaf, append(args, "--input", "../testdata/linux-tunap.txt", "-t", "1")...)
		if exit != 3 || !strings.HasSuffix(first, "; 200 UNKNOWN") || took > 5*time.Second {
			t.Errorf("exit %d after %v: %s", exit, took, first)
		}
	})
}

// TestFaultClock: every limit is one of the monotonic clock, so that a wall
// clock that steps back or forward neither ends nor prolongs a run (package
// time: a time with a monotonic reading shows it as m=).
func TestFaultClock(t *testing.T) {
	var asked atomic.Int32
	tell(func(ctx context.Context, _, _ string) ([]netip.Addr, error) {
		end, ok := ctx.Deadline()
		if asked.Add(1); !ok || !strings.Contains(end.String(), " m=+") {
			t.Errorf("the limit is %v", end)
		}
		return nil, nil
	}, "--connection", "db1.example.com:443", "--input", "../testdata/linux-tunap.txt")
	if asked.Load() != 2 {
		t.Errorf("%d look-ups, want one for each family", asked.Load())
	}
}

// broken panics when it is read.
type broken struct{}

func (broken) Read([]byte) (int, error) { panic("here") }

// TestFaultDefect: a defect of the program is UNKNOWN, wherever it shows.
func TestFaultDefect(t *testing.T) {
	const want = "UNKNOWN: defect in check_netstat, please report it: here"
	for name, env := range map[string]plugin.Env{
		"while it reads":  {Stdin: broken{}},
		"while it writes": {Stdin: strings.NewReader("tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\n"), Drop: func(bool) error { panic("here") }},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			env.Stdout = &b
			exit := plugin.Main([]string{"--input", "-", "--port", "tcp:22"}, env)
			if first, _, _ := strings.Cut(b.String(), " | "); exit != 3 || first != want {
				t.Errorf("exit %d: %s", exit, first)
			}
		})
	}
}
