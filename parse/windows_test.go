package parse

import (
	"strings"
	"testing"
)

const windowsHeader = "\r\nActive Connections\r\n\r\n" +
	"  Proto  Local Address          Foreign Address        State\r\n"

var windowsSamples = []sample{
	// -an
	{"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN -"},
	{"  TCP    192.0.2.7:51041        198.51.100.30:443      CLOSE_WAIT",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 CLOSE_WAIT -"},
	{"  TCP    [::]:445               [::]:0                 LISTENING",
		"tcp6 [::]:445 [::]:* LISTEN - v6only"},
	{"  UDP    0.0.0.0:161            *:*                    ",
		"udp4 0.0.0.0:161 *:* - -"},
	{"  UDP    [fe80::1%12]:546       *:*",
		"udp6 [fe80::1%12]:546 *:* - -"},

	// -ano
	{"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"},
	{"  TCP    192.0.2.7:51042        203.0.113.9:8443       SYN_SENT        5712",
		"tcp4 192.0.2.7:51042 203.0.113.9:8443 SYN_SENT 5712/"},
	{"  TCP    192.0.2.7:445          198.51.100.30:50514    SYN_RECEIVED    4",
		"tcp4 192.0.2.7:445 198.51.100.30:50514 SYN_RECV 4/System"},
	{"  TCP    192.0.2.7:51043        203.0.113.9:8443       FIN_WAIT_1      5712",
		"tcp4 192.0.2.7:51043 203.0.113.9:8443 FIN_WAIT1 5712/"},
	{"  TCP    192.0.2.7:51044        203.0.113.9:8443       TIME_WAIT       0",
		"tcp4 192.0.2.7:51044 203.0.113.9:8443 TIME_WAIT -"}, // the idle process owns none
	{"  TCP    [2001:db8::7]:51045    [2001:db8::30]:443     ESTABLISHED     5712",
		"tcp6 [2001:db8::7]:51045 [2001:db8::30]:443 ESTABLISHED 5712/"},
	{"  TCP    [fe80::1%12]:49722     [::]:0                 LISTENING       724",
		"tcp6 [fe80::1%12]:49722 [::]:* LISTEN 724/"},
	{"  TCP    [2001:db8:1234:5678:9abc:def0:1234:5678]:49722  [2001:db8::30]:443  ESTABLISHED  724",
		"tcp6 [2001:db8:1234:5678:9abc:def0:1234:5678]:49722 [2001:db8::30]:443 ESTABLISHED 724/"},
	{"  UDP    0.0.0.0:161            *:*                                    3100",
		"udp4 0.0.0.0:161 *:* - 3100/"},
	{"TCP 0.0.0.0:135 0.0.0.0:0 LISTENING 948",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"},
	{"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       4294967296",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN -"}, // no process ID is that large

	// -q shows bound sockets, -t the offload state
	{"  TCP    0.0.0.0:49670          0.0.0.0:0              BOUND           948",
		"tcp4 0.0.0.0:49670 0.0.0.0:* BOUND 948/"},
	{"  TCP    192.0.2.7:4888         198.51.100.30:443      ESTABLISHED     InHost      ",
		"tcp4 192.0.2.7:4888 198.51.100.30:443 ESTABLISHED -"},

	// names for addresses and ports
	{"  TCP    192.0.2.7:4888         host:https             ESTABLISHED     InHost",
		`tcp4 192.0.2.7:4888 "host":https ESTABLISHED -`},
	{"  TCP    MYPC:epmap             MYPC.example.net:0     LISTENING",
		`tcp "MYPC":epmap "MYPC.example.net":* LISTEN -`},

	// states in other languages; a listener is known by its shape
	{"  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         948",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"},
	{"  TCP    [::]:135               [::]:0                 ABH\x99REN         948",
		"tcp6 [::]:135 [::]:* LISTEN 948/ v6only"}, // code page 850
	{"  TCP    192.0.2.7:51041        198.51.100.30:443      HERGESTELLT     5712",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 ESTABLISHED 5712/"},

	// no state: a number there is the PID
	{"  TCP    192.0.2.7:51041        198.51.100.30:443      5712",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 - 5712/"},
}

func TestWindowsRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "windows", Hints{}, windowsSamples)
}

const windowsOwners = `
Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:80             0.0.0.0:0              LISTENING       4
 Can not obtain ownership information
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948
  RpcSs
 [svchost.exe]
  TCP    192.0.2.7:51041        198.51.100.30:443      ESTABLISHED     5712
 [Notes & Mail.exe]
  TCP    192.0.2.7:51042        203.0.113.9:80         ESTABLISHED     1404
  C:\WINDOWS\system32\WS2_32.dll
  C:\WINDOWS\system32\WININET.dll
  -- unknown component(s) --
  [browser.exe]
  TCP    192.0.2.7:51044        203.0.113.9:8443       TIME_WAIT       0
  UDP    0.0.0.0:161            *:*                                    3100
 [snmp.exe]
`

func TestAnOwnerLineNamesTheProgramOfTheRowAboveIt(t *testing.T) {
	for name, in := range map[string]string{"LF": windowsOwners, "CRLF": strings.ReplaceAll(windowsOwners, "\n", "\r\n")} {
		t.Run(name, func(t *testing.T) {
			got, sum := read(t, strings.NewReader(in), Hints{})
			equal(t, got, []string{
				"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 4/System",
				"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/svchost.exe service:RpcSs",
				"tcp4 192.0.2.7:51041 198.51.100.30:443 ESTABLISHED 5712/Notes & Mail.exe",
				"tcp4 192.0.2.7:51042 203.0.113.9:80 ESTABLISHED 1404/browser.exe",
				"tcp4 192.0.2.7:51044 203.0.113.9:8443 TIME_WAIT -",
				"udp4 0.0.0.0:161 *:* - 3100/snmp.exe",
			})
			if !sum.Header || sum.Listening == 0 || sum.Skipped != 0 {
				t.Errorf("summary %+v; want a header, 4 named, 0 skipped", sum)
			}
		})
	}
}

func TestAnOwnerLineWithoutAPIDStillNamesTheProgram(t *testing.T) {
	got, _ := read(t, strings.NewReader("  UDP    0.0.0.0:161            *:*\n [snmp.exe]\n"), Hints{})
	equal(t, got, []string{"udp4 0.0.0.0:161 *:* - 0/snmp.exe"})
}

func TestAnOwnerLineNeverNamesTheRowAboveABrokenOne(t *testing.T) {
	for _, row := range []string{
		"  TCP    0.0.0.0:65536          0.0.0.0:0              LISTENING       5",
		"  TCP    0.0.0.0                0.0.0.0                LISTENING       5",
		"  TCP    " + strings.Repeat("x", maxLine),
	} {
		got, sum := read(t, strings.NewReader("  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948\n"+
			row+"\n [other.exe]\n"), Hints{})
		equal(t, got, []string{"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"})
		if sum.Broken != 1 {
			t.Errorf("broken %d, want 1", sum.Broken)
		}
	}
}

func TestAnOwnerLineWithoutARowIsSkipped(t *testing.T) {
	for _, in := range []string{" [svchost.exe]\n", windowsHeader + " [svchost.exe]\r\n", linuxSamples[0].line + "\n [svchost.exe]\n"} {
		_, sum := read(t, strings.NewReader(in), Hints{})
		if sum.Skipped != 1 || sum.Broken != 0 {
			t.Errorf("%q: summary %+v; want 1 skipped, 0 named", in, sum)
		}
	}
}

func TestAWindowsHeaderAloneIsKnown(t *testing.T) {
	for _, in := range []string{windowsHeader, "Active Connections\n", "  Proto  Local Address          Foreign Address        State\r\n"} {
		got, sum := read(t, strings.NewReader(in), Hints{})
		if len(got) != 0 || !sum.Header || sum.Skipped != 0 || sum.Format != "windows" {
			t.Errorf("%q: sockets %q, summary %+v", in, got, sum)
		}
	}
	_, sum := read(t, strings.NewReader("Active Directory\nProto Typ\n"), Hints{})
	if sum.Header || sum.Skipped != 2 {
		t.Errorf("what only begins like a header: summary %+v", sum)
	}
}

func TestBrokenWindowsRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, windowsSamples[0], []string{
		"  TCP    0.0.0.0:65536          0.0.0.0:0              LISTENING       948",
		"  TCP    0.0.0.0:99999999999    0.0.0.0:0              LISTENING       948",
		"  TCP    0.0.0.0:135",
		"  TCP    0.0.0.0:135            0.0.0.0",
		"  TCP    [::1:135               [::]:0                 LISTENING       948",
		"  UDP    [fe80::1%12]x:546      *:*                                    948",
	})
}
