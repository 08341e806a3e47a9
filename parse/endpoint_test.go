package parse

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
)

func TestEndpointsOfAllForms(t *testing.T) {
	addr := netip.MustParseAddr
	for text, want := range map[string]Endpoint{
		"0.0.0.0:22":                {Addr: addr("0.0.0.0"), Port: 22},
		"0.0.0.0:*":                 {Addr: addr("0.0.0.0")},
		"0.0.0.0:0":                 {Addr: addr("0.0.0.0")},
		"192.0.2.255:65535":         {Addr: addr("192.0.2.255"), Port: 65535},
		"127.0.0.53%lo:53":          {Addr: addr("127.0.0.53"), Port: 53},
		"*:80":                      {Host: "*", Port: 80},
		"*:*":                       {Host: "*"},
		"*:https":                   {Host: "*", Service: "https"},
		"*%virbr0:67":               {Host: "*", Port: 67},
		":::80":                     {Addr: addr("::"), Port: 80},
		":::*":                      {Addr: addr("::")},
		"::1:631":                   {Addr: addr("::1"), Port: 631},
		"[::]:80":                   {Addr: addr("::"), Port: 80},
		"[::]:*":                    {Addr: addr("::")},
		"[2001:DB8::a]:443":         {Addr: addr("2001:db8::a"), Port: 443},
		"2001:db8:0:1:2:3:4:5:443":  {Addr: addr("2001:db8:0:1:2:3:4:5"), Port: 443},
		"fe80::1%eth0:546":          {Addr: addr("fe80::1%eth0"), Port: 546},
		"[fe80::1%12]:546":          {Addr: addr("fe80::1%12"), Port: 546},
		"[fe80::1]%eth0:546":        {Addr: addr("fe80::1%eth0"), Port: 546},
		"::ffff:192.0.2.7:443":      {Addr: addr("::ffff:192.0.2.7"), Port: 443},
		"[::ffff:192.0.2.7]:443":    {Addr: addr("::ffff:192.0.2.7"), Port: 443},
		"host:https":                {Host: "host", Service: "https"},
		"db_2.example.net:3306":     {Host: "db_2.example.net", Port: 3306},
		"web:http-alt":              {Host: "web", Service: "http-alt"},
		"2001:db8:1111:2222:33:443": {Host: "2001:db8:1111:2222:33", Port: 443}, // a part of an address
	} {
		p := parser{names: map[string]string{}}
		var got Endpoint
		if !p.endpoint([]byte(text), &got) || got != want {
			t.Errorf("%s = %+v, want %+v", text, got, want)
		}
	}
}

func TestWhatIsNoEndpointIsRefused(t *testing.T) {
	for _, text := range []string{
		"", ":", "*", "0.0.0.0", "0.0.0.0:", ":80", "%lo:53", "[]:80",
		"0.0.0.0:65536", "0.0.0.0:4294967296", "0.0.0.0:18446744073709551616", "0.0.0.0:8 0", "0.0.0.0:80)",
		"[::1:80", "[::1]x:80", "[::1]%:80", "[::1]80", "123.45:80", "a b:80", "<none>:80", "**:80",
	} {
		p := parser{names: map[string]string{}}
		var got Endpoint
		if p.endpoint([]byte(text), &got) {
			t.Errorf("%q = %+v, want no endpoint", text, got)
		}
	}
}

func TestParseAddrAcceptsWhatNetipAccepts(t *testing.T) {
	for _, text := range addrSamples {
		sameAsNetip(t, text)
	}
}

// addrSamples stand on both sides of each rule of RFC 4291, section 2.2, and
// of dotted IPv4.
var addrSamples = []string{
	"", ".", ":", "::", ":::", "::1", "1::", "0.0.0.0", "192.0.2.255", "192.0.2.256", "192.0.2", "192.0.2.1.1",
	"192.0.02.1", "192.0.2.", ".192.0.2.1", "192..2.1", "2001:db8::1", "2001:DB8::A", "2001:db8:0:1:2:3:4:5",
	"2001:db8:0:1:2:3:4", "2001:db8:0:1:2:3:4:5:6", "2001:db8:0:1:2:3:4::", "::db8:0:1:2:3:4:5", "2001::db8::1",
	"2001:db8:0:1::2:3:4:5", "12345::", "g::", "::ffff:192.0.2.1", "64:ff9b::192.0.2.33", "1:2:3:4:5:6:192.0.2.1",
	"1:2:3:4:5:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1", "::192.0.2.1:1", "::192.0.2.256", "1::2:", ":1::2",
	"1:2:3:4:5:6:7:8:", "1:2:3:4:5:6::192.0.2.1",
}

func sameAsNetip(t *testing.T, text string) {
	t.Helper()
	want, err := netip.ParseAddr(text)
	got, ok := parseAddr([]byte(text))
	if ok != (err == nil) || ok && got != want {
		t.Errorf("parseAddr(%q) = %v, %v; netip: %v, %v", text, got, ok, want, err)
	}
}

func TestParseUintTakesTenDigits(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "007": 7, "65536": 65536, "9999999999": 9999999999} {
		if n, ok := parseUint([]byte(text)); !ok || n != want {
			t.Errorf("parseUint(%q) = %d, %v; want %d", text, n, ok, want)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1a", "12345678901", "18446744073709551617"} {
		if n, ok := parseUint([]byte(text)); ok {
			t.Errorf("parseUint(%q) = %d, want none", text, n)
		}
	}
}

// TestIPv4EndpointIsWhatNetipReads on texts that are nearly endpoints.
func TestIPv4EndpointIsWhatNetipReads(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	const alphabet = "0123456789012345..::[]%a"
	for n := range 200_000 {
		b := fmt.Appendf(make([]byte, 0, 48), "%d.%d.%d.%d:%d", rnd.IntN(300), rnd.IntN(300), rnd.IntN(300), rnd.IntN(300), rnd.IntN(70000))
		for range n % 3 {
			b[rnd.IntN(len(b))] = alphabet[rnd.IntN(len(alphabet))]
		}
		want, err := netip.ParseAddrPort(string(b))
		var e Endpoint
		if ok := ipv4Endpoint(b, &e); ok != (err == nil && want.Addr().Is4()) && !strings.HasPrefix(string(b[bytes.LastIndexByte(b, ':')+1:]), "0") {
			t.Fatalf("%q: %v, netip %v", b, ok, err)
		} else if ok && (e.Addr != want.Addr() || e.Port != want.Port()) {
			t.Fatalf("%q is %v", b, e)
		}
	}
}
