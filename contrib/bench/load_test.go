//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// process is one whose ports are not those of a load that may be running.
const process = 60

// TestLoadOpensWhatItSays looks for the sockets of one process of a load in
// this host's tables.
func TestLoadOpensWhatItSays(t *testing.T) {
	size := loadSize{established: 200, listeners: 7, udp: 5, processes: 1}
	before := openSockets(t)
	err := size.open(process)
	opened := openSockets(t)
	for target := range before {
		delete(opened, target)
	}
	t.Cleanup(func() {
		for _, fd := range opened {
			_ = unix.Close(fd)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := 200 + portsEach + 7 + 5; len(opened) != want {
		t.Errorf("%d sockets; want %d", len(opened), want)
	}
	const established, listen = "01", "0A" // enum in include/net/tcp_states.h
	var connected, listening int
	for n := range portsEach {
		port := watchedPort(process) + n
		listening += count(t, 1, port, listen)
		connected += count(t, 1, port, established) + count(t, 2, port, established)
	}
	toWatched := count(t, 2, watchedPort(process), established)
	if toWatched != size.watched() || toWatched != 24 || connected != 200 || listening != portsEach {
		t.Errorf("%d connections to the watched port, %d sockets of connections, %d servers; want %d, 200 and %d", toWatched, connected, listening, size.watched(), portsEach)
	}
}

// TestHundredThousandSocketsAreTwelveThousandWatched is what the goals for
// programs are made for: 20 processes of 5,000 descriptors each.
func TestHundredThousandSocketsAreTwelveThousandWatched(t *testing.T) {
	size := busy(100_000)
	if size.watched() != 12_000 || size.processes != 20 || size.established/size.processes != 5_000 {
		t.Errorf("%d watched in %d processes of %d sockets; want 12000 in 20 of 5000", size.watched(), size.processes, size.established/size.processes)
	}
	for _, n := range []int{1_000, 10_000, 100_000} {
		perProcess := 0
		for k := range n / 2 / loadItems {
			if serverOf(k) == 0 {
				perProcess++
			}
		}
		if watched := busy(n).watched(); perProcess*loadItems != watched {
			t.Errorf("of %d sockets %d go to watched ports; want %d", n, perProcess*loadItems, watched)
		}
	}
}

// openSockets returns the sockets of this process, by the kernel's name of each.
func openSockets(t *testing.T) map[string]int {
	t.Helper()
	const dir = "/proc/self/fd/"
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sockets := map[string]int{}
	for _, e := range entries {
		target, err := os.Readlink(dir + e.Name())
		fd, _ := strconv.Atoi(e.Name())
		if err == nil && strings.HasPrefix(target, "socket:") {
			sockets[target] = fd
		}
	}
	return sockets
}

// count returns the rows of the kernel's TCP tables (proc_net_tcp.rst) that are
// in the state and have the port in the column: 1 is the local end, 2 the
// remote one.
func count(t *testing.T, column, port int, state string) (n int) {
	t.Helper()
	for _, name := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			fields := strings.Fields(line)
			if len(fields) > 3 && fields[3] == state && strings.HasSuffix(fields[column], fmt.Sprintf(":%04X", port)) {
				n++
			}
		}
	}
	return n
}
