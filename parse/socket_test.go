package parse

import (
	"net/netip"
	"testing"
)

func TestEndpointsThatAreAnyAddressOrNone(t *testing.T) {
	addr := netip.MustParseAddr
	for _, c := range []struct {
		endpoint       Endpoint
		wildcard, none bool
		text           string
	}{
		{Endpoint{}, true, true, "*"},
		{Endpoint{Host: "*"}, true, true, "*"},
		{Endpoint{Host: "*", Port: 80}, true, false, "*"},
		{Endpoint{Host: "*", Service: "http"}, true, false, "*"},
		{Endpoint{Addr: addr("0.0.0.0")}, true, true, "0.0.0.0"},
		{Endpoint{Addr: addr("::")}, true, true, "::"},
		{Endpoint{Addr: addr("::ffff:0.0.0.0")}, true, true, "::ffff:0.0.0.0"},
		{Endpoint{Addr: addr("192.0.2.7")}, false, false, "192.0.2.7"},
		{Endpoint{Addr: addr("fe80::1%eth0"), Port: 1}, false, false, "fe80::1%eth0"},
		{Endpoint{Host: "web1"}, false, false, "web1"},
	} {
		e := c.endpoint
		if e.IsWildcard() != c.wildcard || e.IsNone() != c.none || e.HostText() != c.text {
			t.Errorf("%+v: wildcard %v, none %v, text %q; want %v, %v, %q",
				e, e.IsWildcard(), e.IsNone(), e.HostText(), c.wildcard, c.none, c.text)
		}
	}
}

func TestListeningIsAStateForTCPAndNoRemoteEndForUDP(t *testing.T) {
	peer := Endpoint{Addr: netip.MustParseAddr("198.51.100.53"), Port: 53}
	for _, c := range []struct {
		socket Socket
		want   bool
	}{
		{Socket{Proto: TCP, State: Listen}, true},
		{Socket{Proto: TCP, State: Bound}, false},
		{Socket{Proto: TCP, State: Established, Remote: peer}, false},
		{Socket{Proto: UDP}, true},
		{Socket{Proto: UDP, Remote: peer}, false},
	} {
		if got := c.socket.Listening(); got != c.want {
			t.Errorf("%s: listening %v, want %v", meaning(&c.socket), got, c.want)
		}
	}
}

func TestASocketMayListenWhereItsStateDoesNotSay(t *testing.T) {
	local := Endpoint{Host: "*", Port: 22}
	peer := Endpoint{Addr: netip.MustParseAddr("198.51.100.53"), Port: 53}
	for _, c := range []struct {
		socket Socket
		want   bool
	}{
		{Socket{Proto: TCP, Local: local}, true},
		{Socket{Proto: TCP, Local: local, State: OtherState, Word: "GEBONDEN"}, true},
		{Socket{Proto: TCP, Local: Endpoint{Host: "*", Service: "ssh"}}, true},
		{Socket{Proto: TCP, Local: local, Remote: Endpoint{Host: "MYPC"}}, true},
		{Socket{Proto: TCP, Local: local, State: Listen}, false}, // it does
		{Socket{Proto: TCP, Local: local, State: Bound}, false},
		{Socket{Proto: TCP, Local: local, Remote: peer}, false},
		{Socket{Proto: TCP}, false},
		{Socket{Proto: UDP, Local: local}, false},
	} {
		if got := c.socket.MayListen(); got != c.want {
			t.Errorf("%s: may listen %v, want %v", meaning(&c.socket), got, c.want)
		}
	}
}

func TestAnUnknownStateIsShownByItsWord(t *testing.T) {
	for _, c := range []struct {
		socket Socket
		want   string
	}{
		{Socket{State: OtherState, Word: "HERGESTELLT"}, "HERGESTELLT"},
		{Socket{State: TimeWait}, "TIME_WAIT"},
		{Socket{}, ""},
	} {
		if got := c.socket.StateText(); got != c.want {
			t.Errorf("state text %q, want %q", got, c.want)
		}
	}
}

func TestACloneSharesNoOwnersWithItsSocket(t *testing.T) {
	s := Socket{Proto: TCP, Owners: []Owner{{PID: 1, Name: "init"}}}
	c := s.Clone()
	s.Owners[0].Name = "other"
	if c.Owners[0].Name != "init" {
		t.Errorf("the clone's owner became %q", c.Owners[0].Name)
	}
}

func TestProtocolsHaveNames(t *testing.T) {
	for p, want := range map[Proto]string{TCP: "tcp", UDP: "udp", 0: "?"} {
		if p.String() != want {
			t.Errorf("Proto(%d) = %q, want %q", p, p, want)
		}
	}
}
