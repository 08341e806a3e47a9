package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"check_netstat/plugin"
)

// The parts of the program are parts of the test, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && parts[os.Args[1]] != nil {
		main()
		return
	}
	os.Exit(m.Run())
}

// Of a process that holds 100 MiB, not one byte is counted to the command.
func TestMemoryIsTheCommandsOwn(t *testing.T) {
	ballast := bytes.Repeat([]byte{1}, 100<<20)
	spent, err := tools{}.run(system("true"))
	if err != nil || spent.mib < 0.1 || spent.mib > 50 || spent.ms <= 0 || ballast[4096] != 1 {
		t.Errorf("true took %+v, %v", spent, err)
	}
}

func TestACommandThatDoesNotDoItsWorkIsNotMeasured(t *testing.T) {
	shell := func(script string) command {
		return command{argv: []string{"sh", "-c", script}, exit: 2, says: "ready"}
	}
	works := shell("echo ready; exit 2")
	if got := (tools{}).compare(works, works, 3); !regexp.MustCompile(`^[0-9.]+ \([0-9.]+ to [0-9.]+\) \| [0-9.]+ ms, [0-9.]+ ms \| [0-9.]+ MiB$`).MatchString(got) {
		t.Error(got)
	}
	for script, want := range map[string]string{
		"echo no such source; exit 3": `exit code 3, not 2: "no such source`,
		"kill -KILL $$":               "exit code -1, not 2",
		"exit 2":                      `does not say "ready"`,
	} {
		if got := (tools{}).compare(works, shell(script), 1); !strings.HasPrefix(got, "not measured: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %s; want %s", script, got, want)
		}
	}
	if got := (tools{}).compare(works, system("check_netstat-no-such-tool"), 1); !strings.Contains(got, "not found") {
		t.Error(got)
	}
}

func TestFiguresAndRows(t *testing.T) {
	if got := (figures{30, 1, 2, 900, 2.2}).String(); got != "2.2 (1 to 900)" {
		t.Error(got)
	}
	if rows := (tools{}).rows(1, 2); len(rows) > 12 {
		t.Errorf("%d rows", len(rows))
	}
}

// What the rows expect of the check is what the generators make.
func TestTheCheckFindsWhatIsMade(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, d := range dialects {
		matched, err := d.write(".", 10_000)
		var out bytes.Buffer
		code := plugin.Main([]string{"--connections", d.name + ".csv", "--input", d.name + ".txt"}, plugin.Env{Stdout: &out, Stderr: &out})
		if err != nil || matched < 60 || code != 2 || !strings.Contains(out.String(), fmt.Sprintf("'connections'=%d;", matched)) {
			t.Errorf("%s: %d rows match, %v; the check, %d: %.300s", d.name, matched, err, code, &out)
		}
	}
	opened, err := openSockets(other(), 50)
	if err != nil || len(opened) != 102 {
		t.Errorf("%d sockets, %v", len(opened), err)
	}
	for port, want := range map[int]int{watchedPort(other()): watched(100), watchedPort(other()) + 1: 50 - watched(100)} {
		if got := count(t, port, "01"); got != want {
			t.Errorf("%d connections to port %d; want %d", got, port, want)
		}
	}
	for _, c := range opened {
		_ = c.Close()
	}
}

func TestChurnLeavesTimeWait(t *testing.T) {
	server, err := listen(0)
	if err != nil {
		t.Fatal(err)
	}
	port := server.Addr().(*net.TCPAddr).Port
	end, ended := make(chan bool), make(chan error, 1)
	go func() { ended <- churn(server, end) }()
	for begun := time.Now(); count(t, port, "06") < 3 && time.Since(begun) < 10*time.Second; {
		time.Sleep(time.Millisecond)
	}
	close(end)
	if err := <-ended; err != nil || count(t, port, "06") < 3 {
		t.Errorf("%d connections in TIME_WAIT, %v", count(t, port, "06"), err)
	}
}

// count counts the connections to a port, by the number of their state in
// include/net/tcp_states.h.
func count(t *testing.T, port int, state string) int {
	text, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		t.Error(err)
	}
	return strings.Count(string(text), fmt.Sprintf(":%04X %s ", port, state))
}
