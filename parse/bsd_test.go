package parse

import (
	"strings"
	"testing"
)

const bsdHeader = "Active Internet connections (including servers)\n" +
	"Proto Recv-Q Send-Q Local Address          Foreign Address        (state)\n"

var bsdSamples = []sample{
	// FreeBSD -an
	{"tcp4       0      0 192.0.2.7.22           198.51.100.4.50514     ESTABLISHED",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"tcp4       0      0 127.0.0.1.25           *.*                    LISTEN     ",
		"tcp4 127.0.0.1:25 *:* LISTEN -"},
	{"tcp46      0      0 *.80                   *.*                    LISTEN     ",
		"tcp6 *:80 *:* LISTEN - dual"},
	{"tcp6       0      0 ::1.631                *.*                    LISTEN     ",
		"tcp6 [::1]:631 *:* LISTEN -"},
	{"tcp6       0      0 fe80::1%lo0.25         *.*                    LISTEN     ",
		"tcp6 [fe80::1%lo0]:25 *:* LISTEN -"},
	{"tcp6       0      0 ::1.58090              ::1.2222               TIME_WAIT  ",
		"tcp6 [::1]:58090 [::1]:2222 TIME_WAIT -"}, // with colons at both ends, as Linux has
	{"toe4       0      0 192.0.2.7.3260         198.51.100.4.50514     ESTABLISHED",
		"tcp4 192.0.2.7:3260 198.51.100.4:50514 ESTABLISHED -"}, // offloaded to the card
	{"tcp4       0      0 192.0.2.7.50514        198.51.100.4.22        SYN_SENT   ",
		"tcp4 192.0.2.7:50514 198.51.100.4:22 SYN_SENT -"},
	{"tcp4       0      0 192.0.2.7.22           198.51.100.4.50514     SYN_RCVD   ",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 SYN_RECV -"},
	{"tcp4       0      0 *.*                    *.*                    CLOSED     ",
		"tcp4 *:* *:* CLOSED -"},
	{"udp4       0      0 *.514                  *.*                    ",
		"udp4 *:514 *:* - -"},
	{"udp46      0      0 *.5353                 *.*                    ",
		"udp6 *:5353 *:* - - dual"},
	{"udp4       0      0 192.0.2.7.39211        198.51.100.53.53       ",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - -"},
	{"udp4       0      0 *.*                    *.*                    ",
		"udp4 *:* *:* - -"},

	// without -n
	{"tcp4       0      0 web1.ssh               client.example.50514   ESTABLISHED",
		`tcp4 "web1":ssh "client.example":50514 ESTABLISHED -`},
	{"tcp4       0      0 localhost.smtp         *.*                    LISTEN     ",
		`tcp4 "localhost":smtp *:* LISTEN -`},
	{"udp6       0      0 *.mdns                 *.*                    ",
		"udp6 *:mdns *:* - -"},

	// FreeBSD -A: the control block; -x, -T: no state; -P: log ID; -R: flow
	{"fffff80003df43d0 tcp4       0      0 192.0.2.163.22     198.51.100.4.64330 ESTABLISHED",
		"tcp4 192.0.2.163:22 198.51.100.4:64330 ESTABLISHED -"},
	{"fffff80003df4b70 tcp4       0      0 *.22               *.*                LISTEN      -",
		"tcp4 *:22 *:* LISTEN -"},
	{"fffff80003df43d0 tcp4       0      0 192.0.2.163.22     198.51.100.4.64330      0      0      0      0  65700  33580      1   2048      0      0 525600 268640    0.00    0.00 5079.93    0.00    0.00    0.00",
		"tcp4 192.0.2.163:22 198.51.100.4:64330 - -"},
	{"fffff80003ae81e8 udp4       0      0 *.514              *.*                     0      0      0      0      0   9216      0   2048      0      0      0  73728",
		"udp4 *:514 *:* - -"},
	{"fffff80003df43d0 tcp4       3      0      0 192.0.2.163.22     198.51.100.4.64330 ",
		"tcp4 192.0.2.163:22 198.51.100.4:64330 - -"},
	{"fffff80003ae81e8 udp4                       *.514              *.*                ",
		"udp4 *:514 *:* - -"},
	{"tcp4       0      0 192.0.2.7.22           198.51.100.4.50514     ESTABLISHED 1a2b3c4d     4",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},

	// -L: only listening sockets have a queue; macOS has no protocol there
	{"tcp4  0/0/128                          *.22                  ",
		"tcp4 *:22 *:* LISTEN -"},
	{"tcp46 0/0/128        *.443                 ",
		"tcp6 *:443 *:* LISTEN - dual"},

	// FreeBSD -W
	{"tcp6       0      0 2001:db8:1234:5678:9abc:def0:1234:5678.443    2001:db8::1.50514                             ESTABLISHED",
		"tcp6 [2001:db8:1234:5678:9abc:def0:1234:5678]:443 [2001:db8::1]:50514 ESTABLISHED -"},

	// OpenBSD, where the protocol has seven characters
	{"tcp          0      0  192.0.2.101.22         198.51.100.1.44582     ESTABLISHED",
		"tcp4 192.0.2.101:22 198.51.100.1:44582 ESTABLISHED -"},
	{"tcp6         0      0  *.22                   *.*                    LISTEN",
		"tcp6 *:22 *:* LISTEN -"},
	{"0xffffff0012345678 tcp          0      0  *.22               *.*                LISTEN",
		"tcp *:22 *:* LISTEN -"},

	// NetBSD: -A shortens the states
	{"c13a1000 tcp        0      0 192.0.2.7.22          198.51.100.4.50514    ESTABL",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"c13a1000 tcp        0      0 192.0.2.7.22          198.51.100.4.50514    FWAIT2",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 FIN_WAIT2 -"},

	// DragonFly: -P, and a star for a state that T/TCP hides
	{"     max        0        - tcp4       0      0 192.0.2.7.22          198.51.100.4.50514    ESTABLISHED*",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"   14480       36    1.125 tcp4       0     36 192.0.2.7.22          198.51.100.4.50514    ESTABLISHED",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"       -        -        - udp4       0      0 *.514                 *.*",
		"udp4 *:514 *:* - -"},

	// AIX: "tcp" serves both families
	{"f1000f00055bcbc0 tcp        0      0  *.*                   *.*                   CLOSED",
		"tcp *:* *:* CLOSED -"},
	{"f1000200000853b0 tcp        0      0  *.21               *.*                LISTEN",
		"tcp *:21 *:* LISTEN -"},
	{"tcp4       0      0  192.0.2.122.22        198.51.100.124.33236  ESTABLISHED",
		"tcp4 192.0.2.122:22 198.51.100.124:33236 ESTABLISHED -"},
	{"f1000f0000140600 udp        0      0  *.111                 *.*",
		"udp *:111 *:* - -"},

	// HP-UX
	{"tcp        0     28  192.0.2.141.22         198.51.100.172.64145    ESTABLISHED",
		"tcp4 192.0.2.141:22 198.51.100.172:64145 ESTABLISHED -"},
	{"udp        0      0  127.0.0.1.49178        127.0.0.1.49178",
		"udp4 127.0.0.1:49178 127.0.0.1:49178 - -"},

	// a state that is not known
	{"tcp4       0      0 192.0.2.7.22           198.51.100.4.50514     FROBBED    ",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 !FROBBED -"},
}

func TestBSDRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "bsd", Hints{}, bsdSamples)
}

func TestWhatBSDHasCutIsNoOtherEndpoint(t *testing.T) {
	testSamples(t, "bsd", Hints{}, []sample{
		// an IPv6 address of 16 characters, even where it is one in itself
		{"tcp6       0      0 2001:db8:1152:2a.57478 2001:db8:4403::1.443   ESTABLISHED",
			`tcp6 "2001:db8:1152:2a"~:57478 "2001:db8:4403::1"~:443 ESTABLISHED -`},
		{"tcp6       0      0 fe80::c4c8:5ff:f.62503 *.*                    LISTEN",
			`tcp6 "fe80::c4c8:5ff:f"~:62503 *:* LISTEN -`},
		{"tcp6       0      0 2001:db8::12:34.443    2001:db8::1.50514      ESTABLISHED",
			"tcp6 [2001:db8::12:34]:443 [2001:db8::1]:50514 ESTABLISHED -"}, // 15: whole

		// -A: 18 characters for all; the port may go on only where it would stay one
		{"f1000200002873b0 tcp4       0      0  198.51.100.10.3277 198.51.100.10.702  ESTABLISHED",
			`tcp4 "198.51.100.10"~:3277 198.51.100.10:702 ESTABLISHED -`},
		{"f1000200002873b0 tcp4       0      0  198.51.100.10.702  198.51.100.10.3277 ESTABLISHED",
			`tcp4 198.51.100.10:702 "198.51.100.10"~:3277 ESTABLISHED -`},
		{"f1000200002873b0 tcp4       0      0  198.51.100.10.6554 198.51.100.14.643  ESTABLISHED",
			"tcp4 198.51.100.10:6554 198.51.100.14:643 ESTABLISHED -"}, // 65540 is no port
		{"fffff80003df43d0 tcp4       0      0 198.51.100.100.80  203.0.113.9.5120   ESTABLISHED",
			"tcp4 198.51.100.100:80 203.0.113.9:5120 ESTABLISHED -"}, // 17

		// -A without -n: an address of 12 characters, and half of one
		{"fffff80003df43d0 tcp4       0      0 192.168.71.1.ssh   198.51.100.4.64330 ESTABLISHED",
			`tcp4 "192.168.71.1"~:ssh 198.51.100.4:64330 ESTABLISHED -`},
		{"fffff80003df43d0 tcp4       0      0 192.168.71.1.8443  198.51.100.4.8443  ESTABLISHED",
			`tcp4 "192.168.71.1"~:8443 "198.51.100.4"~:8443 ESTABLISHED -`},
		{"c13a1000 tcp        0      0 192.168.71.1.8443     198.51.100.4.50514    ESTABL",
			`tcp4 "192.168.71.1"~:8443 "198.51.100.4"~:50514 ESTABLISHED -`}, // NetBSD
		{"fffff80003df43d0 tcp4       0      0 192.168.100..ssh   198.51.100.14.643  ESTABLISHED",
			`tcp4 "192.168.100."~:ssh 198.51.100.14:643 ESTABLISHED -`},
		// -An: a port that has a name is a number
		{"fffff80003df43d0 tcp4       0      0 192.168.71.1.22    198.51.100.4.64330 ESTABLISHED",
			"tcp4 192.168.71.1:22 198.51.100.4:64330 ESTABLISHED -"},
		// OpenBSD -A cuts IPv6 there with -n, too
		{"0xffffff0012345678 tcp6         0      0  2001:db8:1:2.22    2001:db8::1.50514  ESTABLISHED",
			`tcp6 "2001:db8:1:2"~:22 [2001:db8::1]:50514 ESTABLISHED -`},

		// macOS -A, with a second number in hexadecimal
		{"7fb03cb95fad8165  6a3d6e4 tcp4       0      0  192.0.2.221.54506  198.51.100.20.492  ESTABLISHED       1910       2803",
			"tcp4 192.0.2.221:54506 198.51.100.20:492 ESTABLISHED -"},
		{"7fb03cb94d505aed cedd0cbf tcp4       0      0  192.0.2.221.54866  198.51.100.126.443 ESTABLISHED       4958       3996",
			`tcp4 192.0.2.221:54866 "198.51.100.126"~:443 ESTABLISHED -`},
		{"7fb03cb93d5b800d        0 udp46      0      0  *.5353             *.*                               2554929          0",
			"udp6 *:5353 *:* - - dual"},

		// names are cut as well, but fit nothing anyhow
		{"tcp4       0      0 web1.443               server-192-0-2-1.https ESTABLISHED",
			`tcp4 "web1":443 "server-192-0-2-1":https ESTABLISHED -`},
	})
}

// TestWideColumnsOfBSDCutNothing whatever was asked for: macOS takes -W, and cuts
// IPv6 all the same.
func TestWideColumnsOfBSDCutNothing(t *testing.T) {
	testSamples(t, "bsd", Hints{Wide: true}, []sample{
		{"tcp6       0      0  2001:db8:4403::1.443   2001:db8::1.50514      ESTABLISHED",
			`tcp6 "2001:db8:4403::1"~:443 [2001:db8::1]:50514 ESTABLISHED -`},
		{"tcp6       0      0 2001:db8:4403::1.443                          2001:db8::1.50514                             ESTABLISHED",
			"tcp6 [2001:db8:4403::1]:443 [2001:db8::1]:50514 ESTABLISHED -"},
		{"fffff80003df43d0 tcp4       0      0 192.168.71.1.8443                             198.51.100.4.64330                            ESTABLISHED",
			"tcp4 192.168.71.1:8443 198.51.100.4:64330 ESTABLISHED -"},
	})
}

func TestAWideBSDRowTellsThatAllRowsAreWhole(t *testing.T) {
	got, _ := read(t, strings.NewReader(bsdHeader+
		`tcp6       0      0 2001:db8:4403::1.443   2001:db8::1.50514      ESTABLISHED
tcp6       0      0 2001:db8:1234:5678:9abc:def0:1234:5678.443    2001:db8::1.50514                             ESTABLISHED
tcp6       0      0 2001:db8:4403::1.443                          2001:db8::1.50514                             ESTABLISHED
`), Hints{})
	equal(t, got, []string{
		`tcp6 [2001:db8:4403::1]:443 [2001:db8::1]:50514 ESTABLISHED -`,
		"tcp6 [2001:db8:1234:5678:9abc:def0:1234:5678]:443 [2001:db8::1]:50514 ESTABLISHED -",
		"tcp6 [2001:db8:4403::1]:443 [2001:db8::1]:50514 ESTABLISHED -",
	})
}

func TestSixMeansIPv6OnlyWhereFourIsWrittenToo(t *testing.T) {
	got, _ := read(t, strings.NewReader(bsdHeader+
		`tcp6       0      0 *.22                   *.*                    LISTEN
tcp4       0      0 *.22                   *.*                    LISTEN
tcp6       0      0 *.443                  *.*                    LISTEN
tcp6       0      0 ::1.25                 *.*                    LISTEN
udp6       0      0 *.514                  *.*
Active Internet connections (including servers)
Proto   Recv-Q Send-Q  Local Address          Foreign Address        (state)
tcp6         0      0  *.22                   *.*                    LISTEN
`), Hints{})
	equal(t, got, []string{
		"tcp6 *:22 *:* LISTEN - v6only",
		"tcp4 *:22 *:* LISTEN -",
		"tcp6 *:443 *:* LISTEN - v6only",
		"tcp6 [::1]:25 *:* LISTEN -",
		"udp6 *:514 *:* - - v6only",
		"tcp6 *:22 *:* LISTEN -", // another output
	})
}

func TestBSDHeadersAreKnownAndOtherSectionsAreSkipped(t *testing.T) {
	for _, header := range []string{
		"Active Internet connections\n", "Active Internet connections (including servers)\n",
		"Active Internet6 connections (including servers)\n",
		"Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    \n",
		"Proto Recv-Q Send-Q Local Address          Foreign Address        (state)\n",
		"Proto Listen                           Local Address         \n",
		"Current listen queue sizes (qlen/incqlen/maxqlen)\n",
		"Tcpcb            Proto Recv-Q Send-Q Local Address      Foreign Address    (state)\n",
		"PCB/ADDR         Proto Recv-Q Send-Q  Local Address      Foreign Address    (state)\n",
	} {
		got, sum := read(t, strings.NewReader(header), Hints{})
		if len(got) != 0 || !sum.Header || sum.Skipped != 0 || sum.Format != "bsd" {
			t.Errorf("%q: sockets %q, summary %+v", header, got, sum)
		}
	}
	got, sum := read(t, strings.NewReader(bsdHeader+
		`udp4       0      0  *.5353                 *.*
icm6       0      0  *.*                    *.*
divert4    0      0  *.8000                 *.*
sctp4      0      0  192.0.2.7.3868         198.51.100.4.3868      ESTABLISHED
Active Multipath Internet connections
Proto/ID  Flags      Local Address          Foreign Address        (state)
mptcp/00  [SMSKRE]                                                 ESTABLISHED
 tcp4/1   [active]   192.0.2.7.50514        198.51.100.4.443       ESTABLISHED
Active LOCAL (UNIX) domain sockets
Address          Type   Recv-Q Send-Q            Inode             Conn             Refs          Nextref Addr
cfcadb129a0d6cfd stream      0      0                0 cfcadb129a0d6c35                0                0 /var/run/mDNSResponder
Registered kernel control modules
id       flags    pcbcount rcvbuf   sndbuf   name
       1        9        0   131072     8192 com.apple.flow-divert
Active kernel event sockets
Proto Recv-Q Send-Q vendor  class subcl
kevt       0      0      1      1    11
f1000f0000144808 dgram       0      0                0 f1000f00055a1b00                0                0
f1000f0000145580
`), Hints{})
	equal(t, got, []string{"udp4 *:5353 *:* - -"})
	if sum.Broken != 0 || sum.Skipped != 18 {
		t.Errorf("broken %d, skipped %d; want 0, 18", sum.Broken, sum.Skipped)
	}
}

func TestBrokenBSDRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, bsdSamples[0], []string{
		"tcp4       0      0 192.0.2.7.65536        198.51.100.4.50514     ESTABLISHED",
		"tcp4       0      0 192.0.2.7.99999999999  198.51.100.4.50514     ESTABLISHED",
		"tcp4       0      0 192.0.2.7.22",
		"tcp4       0      0 192.0.2.7.             198.51.100.4.50514     ESTABLISHED",
		"tcp4       0      0 .22                    *.*                    LISTEN",
		"tcp4       0      0 192.0.2.22             *.*                    LISTEN",
		"udp46      0      0 *                      *.*",
		"tcp4       0      0",
		"tcp4  0/0/128",
	})
}
