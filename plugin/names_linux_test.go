package plugin_test

import (
	"bytes"
	"context"
	"net/netip"
	"strings"
	"testing"

	"check_netstat/plugin"
)

// TestLiveNameWithTwoAddresses: one of them is connected, which is enough.
func TestLiveNameWithTwoAddresses(t *testing.T) {
	p := open(t)
	two := func(_ context.Context, _, host string) ([]netip.Addr, error) {
		if host == "db.example.com" {
			return []netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("127.0.0.1")}, nil
		}
		return nil, nil
	}
	for _, source := range installed(t) {
		var b bytes.Buffer
		exit := plugin.Main([]string{"--source", source, "--connection", "db.example.com:" + p.port + ",=" + program(t)},
			plugin.Env{Stdin: strings.NewReader(""), Stdout: &b, Lookup: two})
		if exit != 0 || !strings.Contains(b.String(), "1 ESTABLISHED") {
			t.Errorf("%s: exit %d, %s", source, exit, &b)
		}
	}
}
