//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// One process of a load: it opens its share of the sockets and holds them until
// its standard input ends.
//
// Connections have both ends here. watchedOf100 of each hundred go to the
// process's watched port, about ten to its port on ::1, the others to a third.
// Clients have many addresses, as clients do: all of 127.0.0.0/8 is loopback.

const (
	firstPort    = 20_000 // below the ephemeral ports
	portsEach    = 3      // watched, IPv6, the rest
	plainPort    = 21_000 // of the listeners without connections and of UDP
	watchedOf100 = 24     // 12,000 of 100,000 sockets, as each connection has two
	sourcesEach  = 250
)

// programName is what process i of a load is called.
func programName(i int) string { return fmt.Sprintf("bench-%02d", i) }

// watchedPort is the port of process i that items watch.
func watchedPort(i int) int { return firstPort + portsEach*i }

// holdProcess runs process args[0] of a load of the size that follows, as
// [loadSize.args] writes it.
func holdProcess(args []string) error {
	var n [6]int
	if len(args) != len(n) {
		return fmt.Errorf("%d arguments, not %d", len(args), len(n))
	}
	for i, a := range args {
		var err error
		if n[i], err = strconv.Atoi(a); err != nil {
			return err
		}
	}
	time.AfterFunc(loadLife, func() { os.Exit(1) })
	size := loadSize{established: n[1], listeners: n[2], udp: n[3], processes: n[4], files: n[5]}
	if err := os.WriteFile("/proc/self/comm", []byte(programName(n[0])), 0o600); err != nil {
		return err
	}
	if err := size.open(n[0]); err != nil {
		return err
	}
	fmt.Println(readyLine)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// open opens the share of process i, as servers do: first what listens.
func (s loadSize) open(i int) error {
	loopback4, loopback6 := [4]byte{127, 0, 0, 1}, [16]byte{15: 1}
	servers := [portsEach]unix.Sockaddr{
		&unix.SockaddrInet4{Addr: loopback4, Port: watchedPort(i)},
		&unix.SockaddrInet6{Addr: loopback6, Port: watchedPort(i) + 1},
		&unix.SockaddrInet4{Addr: loopback4, Port: watchedPort(i) + 2},
	}
	var listening [portsEach]int
	for n, at := range servers {
		var err error
		if listening[n], err = listen(at); err != nil {
			return err
		}
	}
	for k := range s.share(s.listeners, i) {
		if _, err := listen(&unix.SockaddrInet4{Addr: source(i, k), Port: plainPort}); err != nil {
			return err
		}
	}
	for k := range s.share(s.udp, i) {
		if _, err := bound(unix.SOCK_DGRAM, &unix.SockaddrInet4{Addr: source(i, k), Port: plainPort}); err != nil {
			return err
		}
	}
	for range s.files {
		if _, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
			return fmt.Errorf("opening a file: %w", err)
		}
	}
	for k := range s.share(s.established/2, i) {
		n := serverOf(k)
		if err := connect(&unix.SockaddrInet4{Addr: source(i, k)}, servers[n], listening[n]); err != nil {
			return err
		}
	}
	return nil
}

// serverOf returns which of a process's ports its k-th connection goes to.
func serverOf(k int) int {
	switch {
	case (k+1)*watchedOf100/100 > k*watchedOf100/100:
		return 0
	case k%10 == 9:
		return 1
	}
	return 2
}

// source returns the address of process i that its k-th socket has.
func source(i, k int) [4]byte {
	return [4]byte{127, byte(1 + i), byte(1 + k/sourcesEach%sourcesEach), byte(1 + k%sourcesEach)}
}
