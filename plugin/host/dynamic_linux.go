package host

import (
	"fmt"
	"os"

	"check_netstat/plugin/kernel"
)

// DynamicPorts returns the ports that this system chooses itself for a socket
// that is bound to none (ip(7), ip_local_port_range; it holds for IPv6, too). Each
// network namespace has its own.
func DynamicPorts(netns string) (first, last uint16, ok bool) {
	var text []byte
	var err error
	outside := kernel.Within(netns, func() { text, err = os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range") })
	if outside != nil || err != nil {
		return 0, 0, false
	}
	return portRange(string(text))
}

// portRange reads two numbers: "32768\t60999\n".
func portRange(text string) (first, last uint16, ok bool) {
	n, err := fmt.Sscan(text, &first, &last)
	return first, last, n == 2 && err == nil && first > 0 && first <= last
}
