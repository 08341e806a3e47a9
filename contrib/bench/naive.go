//go:build linux

package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// The yardstick: a check of saved outputs as one would write it first, with
// bufio.Scanner, strings.Fields and net.ParseIP. It reads addresses, ports,
// states and programs, knows no other dialect and guards against nothing.

type naiveSocket struct {
	proto, state, program string
	localIP, remoteIP     net.IP
	localPort, remotePort int
}

type naiveItem struct {
	ip      net.IP
	port    int
	program string
}

// yardstickVerb is the argument that makes this program the yardstick.
const yardstickVerb = "-yardstick-check"

// naiveCheck prints how many items of a connections list have a socket in an
// output of netstat.
func naiveCheck(list, output string) error {
	sockets, err := naiveSockets(output)
	if err != nil {
		return err
	}
	items, err := naiveItems(list)
	if err != nil {
		return err
	}
	found, matched := naiveMatch(items, sockets)
	_, err = fmt.Printf("%d of %d items found, %d sockets matched\n", found, len(items), matched)
	return err
}

// naiveMatch returns how many items have a socket and how many sockets fit.
func naiveMatch(items []naiveItem, sockets []naiveSocket) (found, matched int) {
	for _, it := range items {
		before := matched
		for _, s := range sockets {
			if s.remotePort == it.port && s.remoteIP.Equal(it.ip) && strings.Contains(s.program, it.program) {
				matched++
			}
		}
		if matched > before {
			found++
		}
	}
	return found, matched
}

func naiveSockets(path string) ([]naiveSocket, error) {
	f, err := os.Open(path) //nolint:gosec // G304: the file is the argument
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var sockets []naiveSocket
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 {
			continue
		}
		s := naiveSocket{proto: strings.ToLower(fields[0])}
		if !strings.HasPrefix(s.proto, "tcp") && !strings.HasPrefix(s.proto, "udp") {
			continue
		}
		ends := fields[1:]
		if _, err := strconv.Atoi(fields[1]); err == nil { // Recv-Q and Send-Q
			ends = fields[3:]
		}
		s.localIP, s.localPort = naiveEnd(ends[0])
		s.remoteIP, s.remotePort = naiveEnd(ends[1])
		rest := ends[2:]
		if len(rest) == 2 {
			s.state = rest[0]
		}
		if len(rest) > 0 {
			s.program = rest[len(rest)-1]
		}
		sockets = append(sockets, s)
	}
	return sockets, lines.Err()
}

func naiveEnd(text string) (net.IP, int) {
	colon := strings.LastIndex(text, ":")
	if colon < 0 {
		return nil, 0
	}
	port, _ := strconv.Atoi(text[colon+1:])
	return net.ParseIP(strings.Trim(text[:colon], "[]")), port
}

func naiveItems(path string) ([]naiveItem, error) {
	text, err := os.ReadFile(path) //nolint:gosec // G304: the file is the argument
	if err != nil {
		return nil, err
	}
	var items []naiveItem
	for _, line := range strings.Split(string(text), "\n")[1:] {
		if cells := strings.Split(line, ","); len(cells) > 3 {
			port, _ := strconv.Atoi(cells[2])
			items = append(items, naiveItem{ip: net.ParseIP(cells[0]), port: port, program: cells[3]})
		}
	}
	return items, nil
}
