package parse

import (
	"slices"
	"strings"
	"testing"
)

const ssHeader = "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n"

var ssSamples = []sample{
	// with Netid
	{`tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=657,fd=3))`,
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
	{"tcp   LISTEN 0      128             [::]:80            [::]:*",
		"tcp6 [::]:80 [::]:* LISTEN -"},
	{`udp   UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=1117,fd=12))`,
		"udp4 127.0.0.53:53 0.0.0.0:* - 1117/systemd-resolve~ dev:lo"},
	{"udp   ESTAB  0      0      192.0.2.7:39211    198.51.100.53:53",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - -"},
	{"udp   UNCONN 0      0      [fe80::1]%eth0:546       [::]:*",
		"udp6 [fe80::1%eth0]:546 [::]:* - -"},
	{"udp   UNCONN 0      0      fe80::1%eth0:546         :::*",
		"udp6 [fe80::1%eth0]:546 [::]:* - -"},
	{"udp   UNCONN 0      0      *%virbr0:67              *:*",
		"udp *:67 *:* - - dev:virbr0"},
	{"udp   UNCONN 0      0      0.0.0.0%virbr0:67        0.0.0.0:*",
		"udp4 0.0.0.0:67 0.0.0.0:* - - dev:virbr0"},
	{"tcp   ESTAB  0      0      [::ffff:192.0.2.7]:4506 [::ffff:198.51.100.4]:32315",
		"tcp6 [::ffff:192.0.2.7]:4506 [::ffff:198.51.100.4]:32315 ESTABLISHED -"},
	{"tcp   TIME-WAIT 0   0      192.0.2.7:41856    198.51.100.4:3306",
		"tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -"},
	{"tcp   SYN-SENT  0   1      192.0.2.7:51042    203.0.113.9:8443",
		"tcp4 192.0.2.7:51042 203.0.113.9:8443 SYN_SENT -"},
	{"tcp   UNCONN 0      0      0.0.0.0:8080             0.0.0.0:*",
		"tcp4 0.0.0.0:8080 0.0.0.0:* CLOSED -"},

	// without Netid
	{`LISTEN 0     128    127.0.0.1:5903  *:*   users:(("qemu",2311,14)) uid:112 ino:25147 sk:2 <->`,
		"tcp4 127.0.0.1:5903 *:* LISTEN 2311/qemu ino:25147"},
	{`ESTAB      0      0      192.0.2.7:22        198.51.100.4:50514   users:(("sshd",pid=2101,fd=4))`,
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd or the other protocol"},
	{"CLOSE-WAIT 1      0      192.0.2.7:51041     198.51.100.30:443",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 CLOSE_WAIT -"},
	{"FIN-WAIT-1 0      1      192.0.2.7:51041     198.51.100.30:443",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 FIN_WAIT1 -"},
	{"LAST-ACK   0      1      192.0.2.7:51041     198.51.100.30:443",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 LAST_ACK -"},
	{"UNCONN     0      0      0.0.0.0:68          0.0.0.0:*",
		"udp4 0.0.0.0:68 0.0.0.0:* - - or the other protocol"},

	{"UNCONN     0      0      192.0.2.7:39211     198.51.100.53:53",
		"tcp4 192.0.2.7:39211 198.51.100.53:53 CLOSED - or the other protocol"},
	{"ESTAB      0      0      2001:db8::1234:567:8080   2001:db8::1:443    timer:(on,204ms,0) uid:33 ino:41002 sk:ffff880 <->",
		"tcp6 [2001:db8::1234:567]:8080 [2001:db8::1]:443 ESTABLISHED - ino:41002"},
	{"tcp   LISTEN 0      128             [::]:80            [::]:*    uid:33 ino:4294967296 sk:2 v6only:1 <->",
		"tcp6 [::]:80 [::]:* LISTEN - v6only"}, // no inode is that large

	// names for addresses and ports, the wildcards of old versions
	{"LISTEN 0     128    :::http             :::*",
		"tcp6 [::]:http [::]:* LISTEN -"},
	{"LISTEN 0     128    *:ssh               *:*",
		"tcp *:ssh *:* LISTEN -"},
	{"tcp    ESTAB 0     0      web1:https          client.example.net:50514",
		`tcp "web1":https "client.example.net":50514 ESTABLISHED -`},
	{"tcp   ESTAB  0      0      2001:db8::1234:567:8080   2001:db8::1:443",
		"tcp6 [2001:db8::1234:567]:8080 [2001:db8::1]:443 ESTABLISHED -"}, // ss cuts no address

	// owners
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx,811/nginx"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",812,6),("httpd",811,6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx,811/httpd"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6),("nginx",pid=812,fd=7),("init",pid=1,fd=40))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx,1/init"}, // once for each descriptor
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("sd "pam"",pid=9,fd=6))`,
		`tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/sd "pam"`},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("(a),("b",pid=x",pid=9,fd=6),("c",pid=10,fd=3))`,
		`tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/(a),("b",pid=x,10/c`},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("fourteen-chars",pid=9,fd=6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/fourteen-chars"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("fifteen-chars-x",pid=9,fd=6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/fifteen-chars-x~"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("sshd",pid=9,proc_ctx=system_u:system_r:sshd_t:s0,fd=6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/sshd"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* timer:(keepalive,6min,0) users:(("sshd",pid=9,fd=6)) ino:20691 sk:1 <->`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 9/sshd ino:20691"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6),("ngi`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx,0/"},
	{`tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=9999999999,fd=6))`,
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN -"}, // no process ID is that large
}

func TestSSRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "ss", Hints{}, ssSamples)
}

func TestSSStatesAreAllKnown(t *testing.T) {
	for word, want := range map[string]string{
		"ESTAB": "ESTABLISHED", "SYN-SENT": "SYN_SENT", "SYN-RECV": "SYN_RECV", "FIN-WAIT-1": "FIN_WAIT1",
		"FIN-WAIT-2": "FIN_WAIT2", "TIME-WAIT": "TIME_WAIT", "UNCONN": "CLOSED", "CLOSE-WAIT": "CLOSE_WAIT",
		"LAST-ACK": "LAST_ACK", "LISTEN": "LISTEN", "CLOSING": "CLOSING",
	} {
		got, _ := read(t, strings.NewReader("tcp "+word+" 0 0 192.0.2.7:22 198.51.100.4:50514\n"), Hints{})
		equal(t, got, []string{"tcp4 192.0.2.7:22 198.51.100.4:50514 " + want + " -"})
	}
}

func TestTheStarsFamilyIsToldByOtherRows(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"new ss: 0.0.0.0 is IPv4's wildcard, the star IPv6's",
			"tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\ntcp LISTEN 0 128 *:80 *:*\n",
			[]string{"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -", "tcp6 *:80 *:* LISTEN - dual"}},
		{"old ss: three colons are IPv6's wildcard, the star IPv4's",
			"LISTEN 0 128 :::80 :::*\nLISTEN 0 128 *:80 *:*\n",
			[]string{"tcp6 [::]:80 [::]:* LISTEN -", "tcp4 *:80 *:* LISTEN -"}},
		{"an address that is no wildcard tells nothing",
			"LISTEN 0 128 127.0.0.1:25 *:*\nLISTEN 0 128 *:80 *:*\n",
			[]string{"tcp4 127.0.0.1:25 *:* LISTEN -", "tcp *:80 *:* LISTEN -"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := read(t, strings.NewReader(c.in), Hints{})
			equal(t, got, c.want)
		})
	}
}

func TestContinuationLinesBelongToTheSSRowAbove(t *testing.T) {
	got, sum := read(t, strings.NewReader(`State    Recv-Q Send-Q   Local Address:Port     Peer Address:Port
ESTAB    0      0            192.0.2.7:22       198.51.100.4:50514   users:(("sshd",pid=2101,fd=4))
	 skmem:(r0,rb369280,t0,tb87040,f0,w0,o0,bl0,d0) cubic wscale:7,7 rto:204
  ts sack cubic rto:204
LISTEN   0      128            0.0.0.0:22            0.0.0.0:*
	 cubic cwnd:10
`), Hints{})
	equal(t, got, []string{
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -",
	})
	if sum.Skipped != 0 || !sum.Header {
		t.Errorf("summary %+v; want a header, 0 skipped", sum)
	}
	if _, sum = read(t, strings.NewReader("\t cubic wscale:7,7\n"), Hints{}); sum.Skipped != 1 {
		t.Errorf("a continuation of nothing: skipped %d, want 1", sum.Skipped)
	}
}

func TestUsersOnALineOfTheirOwnBelongToTheRowAbove(t *testing.T) {
	got, sum := read(t, strings.NewReader(ssHeader+
		`tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
     users:(("sshd",pid=657,fd=3)) ino:20691 sk:1 <->
u_str LISTEN 0      4096   /run/systemd/private 21024                 * 0
     users:(("systemd",pid=1,fd=17)) ino:21024
tcp   LISTEN 0      128          0.0.0.0:80         0.0.0.0:*
nl    UNCONN 0      0                 rtnl:systemd/1               *
     users:(("systemd",pid=1,fd=18))
    tcp   LISTEN 0      128          0.0.0.0:81         0.0.0.0:*
`), Hints{})
	equal(t, got, []string{
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd ino:20691",
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN -",
		"tcp4 0.0.0.0:81 0.0.0.0:* LISTEN -",
	})
	if sum.Skipped != 4 || sum.Broken != 0 {
		t.Errorf("skipped %d, broken %d; want 4, 0", sum.Skipped, sum.Broken)
	}
}

func TestAListingWithoutNetidIsOfOneProtocol(t *testing.T) {
	const header = "State    Recv-Q Send-Q   Local Address:Port     Peer Address:Port\n"
	const unconn = "UNCONN   0      0              0.0.0.0:68            0.0.0.0:*\n"
	const estab = "ESTAB    0      0            192.0.2.7:39211  198.51.100.53:53\n"
	const listen = "LISTEN   0      128            0.0.0.0:22            0.0.0.0:*\n"
	const keepalive = "ESTAB    0      0            192.0.2.7:22     198.51.100.53:50514    timer:(keepalive,6min,0)\n"
	const tcp = "tcp4 192.0.2.7:39211 198.51.100.53:53 ESTABLISHED -"
	const unsure = tcp + " or the other protocol"
	for in, want := range map[string]string{
		header + listen + unconn + estab:                         tcp,
		header + estab + unconn + listen:                         tcp,
		header + estab + keepalive:                               tcp,
		estab + listen:                                           tcp,
		header + estab:                                           unsure,
		header + unconn + estab:                                  unsure,
		header + estab + header + listen:                         unsure, // two listings
		unconn + estab + listen:                                  unsure, // perhaps two
		"Netid " + header + "tcp   " + estab + "udp   " + unconn: tcp,
	} {
		if got, _ := read(t, strings.NewReader(in), Hints{}); !slices.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestColumnsThatStickTogetherAreTakenApart(t *testing.T) {
	got, sum := read(t, strings.NewReader(`State     Recv-Q Send-Q           Local Address:Port     Peer Address:Port
FIN-WAIT-20      0                      198.51.100.7:8080       192.0.2.10:51250
CLOSE-WAIT1      0                        192.0.2.10:51260    203.0.113.20:8443
LISTEN0      128                              0.0.0.0:22            0.0.0.0:*
tcpSYN-SENT  0  1  192.0.2.10%eth0:36590       203.0.113.99:80
udpUNCONN    0  0  192.0.2.10:161                   0.0.0.0:*
`), Hints{})
	equal(t, got, []string{
		"tcp4 198.51.100.7:8080 192.0.2.10:51250 FIN_WAIT2 -",
		"tcp4 192.0.2.10:51260 203.0.113.20:8443 CLOSE_WAIT -",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -",
		"tcp4 192.0.2.10:36590 203.0.113.99:80 SYN_SENT - dev:eth0",
		"udp4 192.0.2.10:161 0.0.0.0:* - -",
	})
	if sum.Skipped != 0 {
		t.Errorf("summary %+v; want none skipped", sum)
	}
}

func TestColumnsThatSSLeavesOut(t *testing.T) {
	for in, want := range map[string]string{
		"State   Local Address:Port   Peer Address:Port\nLISTEN  0.0.0.0:22   0.0.0.0:*\n":                           "tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -",
		"Netid State  Local Address:Port  Peer Address:Port\nudp   UNCONN 0.0.0.0:161 0.0.0.0:*\n":                   "udp4 0.0.0.0:161 0.0.0.0:* - -",
		"Netid Recv-Q Send-Q Local Address:Port  Peer Address:Port\ntcp 0 0 192.0.2.7:22 198.51.100.4:50514\n":       "tcp4 192.0.2.7:22 198.51.100.4:50514 - -",
		"Recv-Q Send-Q Local Address:Port  Peer Address:Port  Process\n0 0 192.0.2.7:22 198.51.100.4:50514\n":        "tcp4 192.0.2.7:22 198.51.100.4:50514 - - or the other protocol",
		"State Recv-Q Send-Q Local Address:Port  Peer Address:Port\nLISTEN 0 9 *:8080 *:* ino:1 sk:a v6only:0 <->\n": "tcp6 *:8080 *:* LISTEN - ino:1 dual",
	} {
		got, sum := read(t, strings.NewReader(in), Hints{})
		if equal(t, got, []string{want}); sum.Skipped != 0 || !sum.Header {
			t.Errorf("%s: summary %+v", in, sum)
		}
	}
}

func TestAnIndentedListingWithoutNetidIsRead(t *testing.T) {
	got, sum := read(t, strings.NewReader(`    State    Recv-Q Send-Q   Local Address:Port     Peer Address:Port
    LISTEN   0      128            0.0.0.0:22            0.0.0.0:*
    ESTAB    0      0            192.0.2.7:22       198.51.100.4:50514
         cubic rto:204
    UNCONN   0      0              0.0.0.0:68            0.0.0.0:*
    UNCONN   0      0            0.0.0.0%eth0:icmp       0.0.0.0:*
`), Hints{})
	equal(t, got, []string{
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -",
		"tcp4 0.0.0.0:68 0.0.0.0:* CLOSED -",
	})
	if !sum.Header || sum.Skipped != 1 || sum.Broken != 0 {
		t.Errorf("summary %+v; want a header, 1 skipped, the raw socket", sum)
	}
}

func TestSSHeadersAreKnownAndOtherNetidsAreSkipped(t *testing.T) {
	got, sum := read(t, strings.NewReader(ssHeader), Hints{})
	if len(got) != 0 || !sum.Header || sum.Skipped != 0 || sum.Format != "ss" {
		t.Errorf("header alone: sockets %q, summary %+v", got, sum)
	}
	got, sum = read(t, strings.NewReader(ssHeader+
		`nl    UNCONN 0      0                 rtnl:systemd/1               *
u_str LISTEN 0      4096   /run/systemd/private 21024                 * 0    users:(("systemd",pid=1,fd=17))
u_dgr ESTAB  0      0                         * 17001                 * 17002
p_raw UNCONN 0      0                         *:eth0                  *
icmp6 UNCONN 0      0                    *:58                         *:*
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
`), Hints{})
	equal(t, got, []string{"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -"})
	if sum.Skipped != 5 || sum.Broken != 0 {
		t.Errorf("skipped %d, broken %d; want 5, 0", sum.Skipped, sum.Broken)
	}
}

func TestBrokenSSRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, ssSamples[0], []string{
		"tcp   LISTEN 0      128          0.0.0.0:65536      0.0.0.0:*",
		"tcp   LISTEN 0      128          0.0.0.0:99999999999      0.0.0.0:*",
		"tcp   LISTEN 0      128          0.0.0.0:22",
		"tcp   LISTEN 0      128",
		"udp   UNCONN 0      0            [::1:53            [::]:*",
		"LISTEN 0      128          0.0.0.0:65536      0.0.0.0:*",
	})
}
