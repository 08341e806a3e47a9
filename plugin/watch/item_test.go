package watch

import (
	"net/netip"
	"testing"
)

func TestAddrsContainWhatTheyName(t *testing.T) {
	for _, tt := range []struct {
		text, ip string
		want     bool
	}{
		{"*", "192.0.2.1", true},
		{"*", "2001:db8::1", true},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.10", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false},
		{"192.0.2.77/24", "192.0.2.1", true},
		{"192.0.2.0/24", "::ffff:192.0.2.1", true},
		{"::ffff:192.0.2.0/120", "192.0.2.1", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"2001:db8::/32", "2001:db8:1::1", true},
		{"2001:db8::/32", "2001:db9::1", false},
		{"[2001:db8::1]", "2001:db8::1", true},
		{"2001:DB8:0::1", "2001:db8::1", true},
		{"2001:db8::1", "2001:db8::1%eth0", true},
		{"2001:db8::1%eth0", "2001:db8::1%eth0", true},
		{"2001:db8::1%eth0", "2001:db8::1%eth1", false},
		{"2001:db8::1%eth0", "2001:db8::1", false},
		{"", "192.0.2.1", false},
	} {
		a, err := parseAddrs(tt.text)
		if err != nil {
			t.Errorf("parseAddrs(%q): %v", tt.text, err)
			continue
		}
		if got := a.Contains(netip.MustParseAddr(tt.ip)); got != tt.want {
			t.Errorf("%q contains %s: %v, want %v", tt.text, tt.ip, got, tt.want)
		}
	}
}

func TestAddrsShowThemselvesAsTheyCanBeRead(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "*": "*", "192.0.2.1": "192.0.2.1", "192.0.2.9/24": "192.0.2.0/24",
		"[2001:db8::1]": "2001:db8::1", "2001:db8::1%eth0": "2001:db8::1%eth0", "::ffff:192.0.2.1": "192.0.2.1",
	} {
		if a, err := parseAddrs(text); err != nil || a.String() != want {
			t.Errorf("%q is shown as %q (%v), want %q", text, a, err, want)
		}
	}
}

func TestEndpointSaysWhatAnItemWatches(t *testing.T) {
	for _, tt := range []struct {
		it   Item
		want string
	}{
		{(&connectionRow{RemoteIP: "10.1.11.83", RemotePort: "80"}).item(), "10.1.11.83:80"},
		{(&connectionRow{RemoteName: "example.com", RemotePort: "80  443"}).item(), "example.com:80 443"},
		{(&connectionRow{RemoteIP: "2001:db8::1", RemotePort: "*"}).item(), "[2001:db8::1]:*"},
		{(&connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80", LocalIP: "198.51.100.1"}).item(), "192.0.2.1:80 from local 198.51.100.1:*"},
		{(&connectionRow{RemoteIP: "192.0.2.1", RemotePort: "80", LocalPort: "1024-2000"}).item(), "192.0.2.1:80 from local any:1024-2000"},
		{(&listeningRow{IPProtocol: "udp", LocalIP: "127.0.0.1", LocalPort: "49740"}).item(), "udp 127.0.0.1:49740"},
		{(&listeningRow{IPProtocol: "tcp", LocalPort: "10115"}).item(), "tcp any:10115"},
		{(&listeningRow{IPProtocol: "TCP6", LocalIP: "::", LocalPort: "443"}).item(), "tcp6 [::]:443"},
	} {
		if got := tt.it.Endpoint(); got != tt.want {
			t.Errorf("%s is shown as %q, want %q", tt.it.Key, got, tt.want)
		}
	}
}

func TestKindsAndExpectationsHaveTheirWords(t *testing.T) {
	for got, want := range map[string]string{
		Connection.String(): "connection", Listening.String(): "listening",
		Present.String(): "present", Absent.String(): "absent", Any.String(): "any",
	} {
		if got != want {
			t.Errorf("word %q, want %q", got, want)
		}
	}
}
