package parse

import (
	"strings"
	"testing"
)

const powershellHeader = "LocalAddress                        LocalPort RemoteAddress                       RemotePort State       AppliedSetting OwningProcess\n" +
	"------------                        --------- -------------                       ---------- -----       -------------- -------------\n"

var powershellSamples = []sample{
	{"192.0.2.10                          55217     198.51.100.7                        443        Established Internet       20964        ",
		"tcp4 192.0.2.10:55217 198.51.100.7:443 ESTABLISHED 20964/"},
	{"::                                  443       ::                                  0          Listen                     4",
		"tcp6 [::]:443 [::]:* LISTEN 4/System v6only"},
	{"192.0.2.10                          55120     203.0.113.20                        8443       TimeWait                   0",
		"tcp4 192.0.2.10:55120 203.0.113.20:8443 TIME_WAIT -"},
	{"0.0.0.0                             55217     0.0.0.0                             0          Bound                      20964",
		"tcp4 0.0.0.0:55217 0.0.0.0:* BOUND 20964/"},
	{"fe80::1%12                          139       ::                                  0          Listen                     1416",
		"tcp6 [fe80::1%12]:139 [::]:* LISTEN 1416/"},
	{"2001:db8:18c:c700:ec96:8a3e:723...  60108     2001:db8:90:0:f22e:fbec:5bed:a9b9   443        Established Internet       20964",
		`tcp6 "2001:db8:18c:c700:ec96:8a3e:723"~:60108 [2001:db8:90:0:f22e:fbec:5bed:a9b9]:443 ESTABLISHED 20964/`},
	{"192.0.2.10                          55120     203.0.113.20                        8443       Gone                       7",
		"tcp4 192.0.2.10:55120 203.0.113.20:8443 !Gone 7/"},
}

// testBelow reads each line below the header.
func testBelow(t *testing.T, header string, samples []sample) {
	t.Helper()
	for _, s := range samples {
		got, sum := read(t, strings.NewReader(header+s.line), Hints{})
		if equal(t, got, []string{s.want}); sum.Skipped != 0 {
			t.Errorf("%s: summary %+v", s.line, sum)
		}
	}
}

func TestPowerShellRowsMeanWhatTheyShow(t *testing.T) {
	testBelow(t, powershellHeader, powershellSamples)
	testBelow(t, "LocalAddress                             LocalPort\n------------                             ---------\n", []sample{
		{"192.0.2.10                               137      ", "udp4 192.0.2.10:137 *:* - -"},
	})
	testBelow(t, "OwningProcess LocalPort LocalAddress  State RemoteAddress RemotePort\n------------- --------- ------------  ----- ------------- ----------\n", []sample{
		{"         1416      3389 0.0.0.0      Listen 0.0.0.0                0", "tcp4 0.0.0.0:3389 0.0.0.0:* LISTEN 1416/"},
	})
}

func TestPowerShellListsAndCSVAreRead(t *testing.T) {
	for in, want := range map[string]string{
		"\nLocalAddress   : 192.0.2.10\nLocalPort      : 6021\nRemoteAddress  : 192.0.2.111\nRemotePort     : 15733\nState          : Established\nAppliedSetting : Internet\nOwningProcess  : 22040\nCreationTime   : 07.03.2026 12:52:04\n\n": "tcp4 192.0.2.10:6021 192.0.2.111:15733 ESTABLISHED 22040/",
		"LocalAddress  : ::\nLocalPort     : 161\nOwningProcess : 3100\n":                                                                                         "udp6 [::]:161 *:* - 3100/ v6only",
		"\"LocalAddress\",\"LocalPort\",\"RemoteAddress\",\"RemotePort\",\"State\",\"OwningProcess\"\n\"0.0.0.0\",\"25\",\"0.0.0.0\",\"0\",\"Listen\",\"4250\"\n": "tcp4 0.0.0.0:25 0.0.0.0:* LISTEN 4250/",
		"\"Caption\";\"LocalAddress\";\"LocalPort\";\"OwningProcess\"\n;\"0.0.0.0\";\"161\";\"3100\"\n":                                                           "udp4 0.0.0.0:161 *:* - 3100/",
	} {
		got, sum := read(t, strings.NewReader(in), Hints{})
		if equal(t, got, []string{want}); sum.Broken != 0 || sum.Format != "powershell" {
			t.Errorf("%s: summary %+v", in, sum)
		}
	}
}

func TestCutPowerShellRowsAreUnread(t *testing.T) {
	for _, in := range []string{
		powershellHeader + "192.0.2.10                          55217     198.51.100.7                        44",
		powershellHeader + "192.0.2.10                          55217     198.51.1",
		"LocalAddress   : 192.0.2.10\nLocalPort      : 6021\nRemoteAddress  : 192.0.2.111\n",
		"\"LocalAddress\",\"LocalPort\",\"RemoteAddress\",\"RemotePort\",\"State\"\n\"192.0.2.10\",\"6021\",\"192.0.2.111\",\"15",
	} {
		if got, sum := read(t, strings.NewReader(in), Hints{}); len(got) != 0 || sum.Broken != 1 {
			t.Errorf("%s: %q, summary %+v", in, got, sum)
		}
	}
}

func FuzzPowerShell(f *testing.F) { fuzzDialect(f, powershellHeader, powershellSamples) }
