package kernel

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"check_netstat/parse"
)

func TestEachKindOfSocketIsAskedForOnce(t *testing.T) {
	port := []parse.PortRange{{First: 443, Last: 443}}
	listenTCP := Predicate{Proto: parse.TCP, Listening: true, LocalPorts: port}
	listenUDP := Predicate{Proto: parse.UDP, Listening: true, LocalPorts: port}
	connected := Predicate{Proto: parse.TCP, Remote: netip.MustParsePrefix("192.0.2.7/32"), RemotePorts: port}
	const listen, connections = "tcp family 0 states 400", "tcp family 0 states bfe"
	for _, tt := range []struct {
		name string
		want Query
		plan string
	}{
		{"all", nil, "tcp family 0 states 2ffe, udp family 2 states 82, udp family 10 states 82"},
		{"listening TCP", Query{listenTCP}, listen + " filtered"},
		{"connections", Query{connected}, connections + " filtered"},
		{"both, in either order", Query{connected, listenTCP, connected, listenTCP},
			listen + " filtered, " + connections + " filtered"},
		{"listening UDP", Query{listenUDP}, "udp family 2 states 82 filtered, udp family 10 states 82 filtered"},
		{"connected UDP", Query{{Proto: parse.UDP}}, "udp family 2 states 2, udp family 10 states 2"},
		{"any protocol", Query{{Listening: true}}, listen + ", udp family 2 states 82, udp family 10 states 82"},
		{"any connection beside one", Query{connected, {Proto: parse.TCP}}, connections},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, proto := range []parse.Proto{parse.TCP, parse.UDP} {
				for _, d := range plan(tt.want, proto) {
					text := fmt.Sprintf("%s family %d states %x", d.proto, d.family, d.states)
					if len(d.code) > 0 {
						text += " filtered"
					}
					got = append(got, text)
				}
			}
			equalLines(t, got, strings.Split(tt.plan, ", "))
		})
	}
}
