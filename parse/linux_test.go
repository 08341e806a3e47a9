package parse

import (
	"strings"
	"testing"
)

const linuxHeader = "Active Internet connections (servers and established)\n" +
	"Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name\n"

var linuxSamples = []sample{
	// -an
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     ",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -"},
	{"tcp        0     36 192.0.2.7:22            198.51.100.4:50514      ESTABLISHED",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"tcp6       0      0 :::80                   :::*                    LISTEN",
		"tcp6 [::]:80 [::]:* LISTEN -"},
	{"tcp6       0      0 [::]:80                 [::]:*                  LISTEN",
		"tcp6 [::]:80 [::]:* LISTEN -"},
	{"tcp        0      0 ::1:631                 :::*                    LISTEN",
		"tcp6 [::1]:631 [::]:* LISTEN -"},
	{"tcp        1      0 192.0.2.7:51041         198.51.100.30:443       CLOSE_WAIT",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 CLOSE_WAIT -"},
	{"tcp        0      1 192.0.2.7:51042         203.0.113.9:8443        SYN_SENT",
		"tcp4 192.0.2.7:51042 203.0.113.9:8443 SYN_SENT -"},
	{"tcp        0      0 192.0.2.7:51043         203.0.113.9:8443        FIN_WAIT2",
		"tcp4 192.0.2.7:51043 203.0.113.9:8443 FIN_WAIT2 -"},
	{"tcp        0      0 0.0.0.0:0               0.0.0.0:*               CLOSE",
		"tcp4 0.0.0.0:* 0.0.0.0:* CLOSED -"},
	{"udp        0      0 0.0.0.0:68              0.0.0.0:*",
		"udp4 0.0.0.0:68 0.0.0.0:* - -"},
	{"udp        0      0 192.0.2.7:39211         198.51.100.53:53        ESTABLISHED",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - -"},

	// -p
	{"tcp        0      0 0.0.0.0:3306            0.0.0.0:*               LISTEN      901/mysqld          ",
		"tcp4 0.0.0.0:3306 0.0.0.0:* LISTEN 901/mysqld"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      1234/sshd: /usr/sbin",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 1234/sshd: /usr/sbin~"},
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      ESTABLISHED 2101/sshd: joe [pri",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd: joe [pri~"},
	{"tcp        0      0 127.0.0.1:9000          0.0.0.0:*               LISTEN      77/php-fpm: pool",
		"tcp4 127.0.0.1:9000 0.0.0.0:* LISTEN 77/php-fpm: pool"},
	{"tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   -                   ",
		"tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -"},
	{"tcp        0      0 0.0.0.0:25              0.0.0.0:*               LISTEN      -",
		"tcp4 0.0.0.0:25 0.0.0.0:* LISTEN -"},
	{"tcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      880/",
		"tcp4 0.0.0.0:8080 0.0.0.0:* LISTEN 880/"},
	{"tcp        0      0 0.0.0.0:5666            0.0.0.0:*               LISTEN      9999999999/nrpe",
		"tcp4 0.0.0.0:5666 0.0.0.0:* LISTEN -"}, // no process ID is that large
	{"udp        0      0 0.0.0.0:68              0.0.0.0:*                           441/dhclient",
		"udp4 0.0.0.0:68 0.0.0.0:* - 441/dhclient"},
	{"udp        0      0 192.0.2.7:39211         198.51.100.53:53        ESTABLISHED 612/systemd-resolve",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - 612/systemd-resolve~"},
	{"udp6       0      0 fe80::1%eth0:546        :::*                                441/dhclient",
		"udp6 [fe80::1%eth0]:546 [::]:* - 441/dhclient"},

	// -e adds user and inode, by number or by name
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          20691      657/sshd            ",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd ino:20691"},
	{"tcp        0      0 127.0.0.1:25            0.0.0.0:*               LISTEN      root       20691     ",
		"tcp4 127.0.0.1:25 0.0.0.0:* LISTEN - ino:20691"},
	{"udp        0      0 0.0.0.0:68              0.0.0.0:*                           0          17012      441/dhclient",
		"udp4 0.0.0.0:68 0.0.0.0:* - 441/dhclient ino:17012"},
	{"tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   0          0          -",
		"tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -"},
	{"tcp        0      0 127.0.0.1:6010          0.0.0.0:*               LISTEN      joe        41002      2101/sshd: joe@pts/",
		"tcp4 127.0.0.1:6010 0.0.0.0:* LISTEN 2101/sshd: joe@pts/~ ino:41002"},

	// -o adds the timer
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      ESTABLISHED keepalive (6.41/0/0)",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      ESTABLISHED 2101/sshd: joe       keepalive (6,41/0/0)",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd: joe"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          20691      657/sshd             off (0.00/0/0)",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd ino:20691"},
	{"tcp        0      0 192.0.2.7:41856         198.51.100.4:3306       TIME_WAIT   0          0          -                    timewait (53.06/0/0)",
		"tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -"},
	{"tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      81/web (old)",
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 81/web (old)"},
	{"tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      81/x (a/b/c)",
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 81/x (a/b/c)"},

	// -Z adds the SELinux context
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd             system_u:system_r:sshd_t:s0-s0:c0.c1023",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          20691      657/sshd: /usr/sbin  system_u:system_r:sshd_t:s0-s0:c0.c1023 off (0.00/0/0)",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd: /usr/sbin~ ino:20691"},

	// the column of the name holds 19 characters with the PID
	{"tcp        0      0 0.0.0.0:1               0.0.0.0:*               LISTEN      1234567/abcdefghij",
		"tcp4 0.0.0.0:1 0.0.0.0:* LISTEN 1234567/abcdefghij"},
	{"tcp        0      0 0.0.0.0:1               0.0.0.0:*               LISTEN      1234567/abcdefghijk",
		"tcp4 0.0.0.0:1 0.0.0.0:* LISTEN 1234567/abcdefghijk~"},
	{"tcp        0      0 0.0.0.0:1               0.0.0.0:*               LISTEN      1234567/sshd: user ",
		"tcp4 0.0.0.0:1 0.0.0.0:* LISTEN 1234567/sshd: user~"}, // cut behind a blank

	// IPv4-mapped, and IPv6 that fills its 23 characters
	{"tcp6       0      0 ::ffff:192.0.2.7:443    ::ffff:203.0.113.9:5120 ESTABLISHED 678/httpd",
		`tcp6 [::ffff:192.0.2.7]:443 "::ffff:203.0.113.9"~:5120 ESTABLISHED 678/httpd`},
	{"tcp6       0      0 2001:db8::1234:56:8080  2001:db8::1:443         ESTABLISHED 678/httpd",
		"tcp6 [2001:db8::1234:56]:8080 [2001:db8::1]:443 ESTABLISHED 678/httpd"},
	{"tcp6       0      0 2001:db8::1234:567:8080 2001:db8:12:34:56:7:443 ESTABLISHED 678/httpd",
		`tcp6 "2001:db8::1234:567"~:8080 "2001:db8:12:34:56:7"~:443 ESTABLISHED 678/httpd`},
	{"tcp        0      0 192.0.2.107:50514       198.51.100.104:5051     ESTABLISHED",
		"tcp4 192.0.2.107:50514 198.51.100.104:5051 ESTABLISHED -"},

	// -W: what is longer than the column shows that nothing is cut
	{"tcp6       0      0 2001:db8::1234:567:8080 2001:db8:1234:5678:9abc:def0:1234:5678:443 ESTABLISHED 678/httpd",
		"tcp6 [2001:db8::1234:567]:8080 [2001:db8:1234:5678:9abc:def0:1234:5678]:443 ESTABLISHED 678/httpd"},

	// names for addresses and ports
	{"tcp        0      0 localhost:smtp          0.0.0.0:*               LISTEN",
		`tcp4 "localhost":smtp 0.0.0.0:* LISTEN -`},
	{"tcp        0      0 web1.example.ne:http-alt db_2.example.net:mysql  ESTABLISHED 5/java",
		`tcp "web1.example.ne":http-alt "db_2.example.net":mysql ESTABLISHED 5/java`},
	{"tcp6       0      0 ip6-localhost:ipp       [::]:*                  LISTEN",
		`tcp6 "ip6-localhost":ipp [::]:* LISTEN -`},
	{"tcp6       0      0 web1:https              client:50514            ESTABLISHED",
		`tcp6 "web1":https "client":50514 ESTABLISHED -`},
	{"tcp        0      0 *:ssh                   *:*                     LISTEN",
		"tcp *:ssh *:* LISTEN -"},
	{"udp6       0      0 *:5353                  *:*                                 700/avahi",
		"udp6 *:5353 *:* - 700/avahi"},

	// states in other languages, and one that is not known
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      VERBUNDEN   2101/sshd",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd"},
	{"udp        0      0 192.0.2.7:39211         198.51.100.53:53        VERBUNDEN   612/dns",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - 612/dns"},
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      POSLEDNÍ ACK 2101/sshd",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 LAST_ACK 2101/sshd"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               HÖRT        657/sshd",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      UNKNOWN     -",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 !UNKNOWN -"},

	// Czech, with all columns
	{"tcp        0      0 192.0.2.7:22            198.51.100.4:50514      POSLEDNÍ ACK 0          20691      2101/sshd            vyp (0.00/0/0)",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 LAST_ACK 2101/sshd ino:20691"},
	// the state of a UDP socket in a language that is not known hides neither inode nor program
	{"udp        0      0 192.0.2.7:39211         198.51.100.53:53        SUHLASNE    1000       17012      612/dns",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - 612/dns ino:17012"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               UNBEKANNT   -",
		"tcp4 0.0.0.0:22 0.0.0.0:* !UNBEKANNT -"},

	// timers in other languages
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               ESCUCHAR    657/sshd            apagado (0.00/0/0)",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd            eikäi ((0.00/0/0)",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},

	// -Z without privilege: neither program nor context
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      -                    -",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -"},
	{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      1000       20691      -                    -",
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN - ino:20691"},

	// the wide columns of RHEL 6
	{"tcp        0      0 ::ffff:192.0.2.7:8080       ::ffff:198.51.100.204:61034 TIME_WAIT   -",
		"tcp6 [::ffff:192.0.2.7]:8080 [::ffff:198.51.100.204]:61034 TIME_WAIT -"},

	// BusyBox: "tcp" for both families, no blank where the program fills its column
	{"tcp        0      0 :::22                   :::*                    LISTEN      1234/dropbear",
		"tcp6 [::]:22 [::]:* LISTEN 1234/dropbear"},
	{"udp        0      0 :::5353                 :::*                                812/avahi-daemon: r",
		"udp6 [::]:5353 [::]:* - 812/avahi-daemon: r~"},

	// toybox cuts names and addresses alike, and cuts no program
	{"tcp6      32      0 phone:35150             ec2-192-0-2-147.eu-:https CLOSE_WAIT",
		`tcp6 "phone":35150 "ec2-192-0-2-147.eu-":https CLOSE_WAIT -`},
	{"tcp6       0      0 2001:db8:709:5445:55780 server.example.net:5228 ESTABLISHED u0_a12     1171191     4211/com.example.mobile.client",
		`tcp6 "2001:db8:709:5445"~:55780 "server.example.net":5228 ESTABLISHED 4211/com.example.mobile.client ino:1171191`},

	// cut off behind the remote end: no state is shown
	{`tcp    0      0        192.0.2.7:22            198.51.100.4:50514    users:(("sshd",pid=657,fd=4)) timer:(keepalive,6.4sec,0)`,
		"tcp4 192.0.2.7:22 198.51.100.4:50514 - 657/sshd"},
	{`tcp    0      128        0.0.0.0:22                 0.0.0.0:*    timer:(keepalive,6.4sec,0) ino:20691 sk:2`,
		"tcp4 0.0.0.0:22 0.0.0.0:* - - ino:20691"},
	{`udp    0      0      127.0.0.1%lo:53                0.0.0.0:*    users:(("kworker/1:2 3/4",pid=12,fd=13))`,
		"udp4 127.0.0.1:53 0.0.0.0:* - 12/kworker/1:2 3/4~ dev:lo"},
}

func TestLinuxRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "linux", Hints{}, linuxSamples)
}

func TestAWideNetstatCutsNoAddress(t *testing.T) {
	testSamples(t, "linux", Hints{Wide: true}, []sample{
		{"tcp6       0      0 2001:db8::1234:567:8080 2001:db8::1:443         ESTABLISHED 678/httpd",
			"tcp6 [2001:db8::1234:567]:8080 [2001:db8::1]:443 ESTABLISHED 678/httpd"},
		{"tcp6       0      0 ::ffff:192.0.2.7:443    ::ffff:203.0.113.9:5120 ESTABLISHED 678/httpd",
			"tcp6 [::ffff:192.0.2.7]:443 [::ffff:203.0.113.9]:5120 ESTABLISHED 678/httpd"},
	})
}

func TestARowWiderThanItsColumnTellsThatAllRowsAreWhole(t *testing.T) {
	got, _ := read(t, strings.NewReader(
		`tcp6       0      0 2001:db8::1234:567:8080 :::*                    LISTEN
tcp6       0      0 2001:db8:1234:5678:9abc:def0:1234:5678:443 :::* LISTEN
tcp6       0      0 2001:db8::1234:567:8080 :::*                    LISTEN
`), Hints{})
	equal(t, got, []string{
		"tcp6 [2001:db8:1234:5678:9abc:def0:1234:5678]:443 [::]:* LISTEN -",
		"tcp6 [2001:db8::1234:567]:8080 [::]:* LISTEN -",
		"tcp6 [2001:db8::1234:567]:8080 [::]:* LISTEN -",
	})
}

func TestLinuxHeadersAreKnownAndOtherSectionsAreSkipped(t *testing.T) {
	got, sum := read(t, strings.NewReader(linuxHeader), Hints{})
	if len(got) != 0 || !sum.Header || sum.Skipped != 0 || sum.Format != "linux" {
		t.Errorf("header alone: sockets %q, summary %+v", got, sum)
	}
	got, sum = read(t, strings.NewReader(linuxHeader+
		`tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd
raw        0      0 0.0.0.0:1               0.0.0.0:*               7           812/ping
raw6       0      0 :::58                   :::*                    7           -
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     21024    1/init               /run/systemd/private
unix  3      [ ]         DGRAM      CONNECTED     17001    1/init               /run/systemd/notify
`), Hints{})
	equal(t, got, []string{"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"})
	if sum.Skipped != 6 || sum.Broken != 0 {
		t.Errorf("skipped %d, broken %d; want 6, 0", sum.Skipped, sum.Broken)
	}
}

func TestBrokenLinuxRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, linuxSamples[0], []string{
		"tcp        0      0 0.0.0.0:65536           0.0.0.0:*               LISTEN",
		"tcp        0      0 0.0.0.0:99999999999     0.0.0.0:*               LISTEN",
		"tcp        0      0 0.0.0.0:22              0.0.0.0:184467440737095 LISTEN",
		"tcp        0      0 0.0.0.0:                0.0.0.0:*               LISTEN",
		"tcp        0      0 0.0.0.0:22",
		"tcp        0      0 0.0.",
		"tcp        0      0",
		"tcp6       0      0 [::1:22                 :::*                    LISTEN",
		"udp        0      0 :53                     0.0.0.0:*",
	})
}

func TestQueuesAndTimersAreRead(t *testing.T) {
	for in, want := range map[string]Queues{
		"tcp        1     13 192.0.2.7:41006         198.51.100.4:443        ESTABLISHED on (26.10/7/0)":           {Shown: true, Recv: 1, Send: 13, Timer: Retransmit, Retries: 7},
		"tcp        0      0 192.0.2.7:41006         198.51.100.4:443        ESTABLISHED keepalive (6.41/0/3)":     {Shown: true, Timer: Keepalive, Retries: 3},
		"tcp        0      1 192.0.2.7:41006         198.51.100.4:443        ESTABLISHED -       probe (6.41/0/5)": {Shown: true, Send: 1, Timer: Persist, Retries: 5},
		"tcp        0      0 192.0.2.7:41006         198.51.100.4:443        ESTABLISHED off (0.00/0/0)":           {Shown: true},
		"tcp LISTEN 129 128 0.0.0.0:80 0.0.0.0:*":                                                                  {Shown: true, Recv: 129, Limit: 128, HasLimit: true},
		"tcp ESTAB 0 13 192.0.2.7:41006 198.51.100.4:443 timer:(on,26sec,7) ino:1":                                 {Shown: true, Send: 13, Timer: Retransmit, Retries: 7},
		"udp UNCONN 512 0 0.0.0.0:161 0.0.0.0:*":                                                                   {Shown: true, Recv: 512},
		"tcp4       3      4 192.0.2.7.22           198.51.100.4.50514     ESTABLISHED":                            {Shown: true, Recv: 3, Send: 4},
		"tcp4  130/0/128                        *.22":                                                              {Shown: true, Recv: 130, Limit: 128, HasLimit: true, Lenient: true},
		"  TCP    192.0.2.7:51041        198.51.100.30:443      ESTABLISHED     5712":                              {},
		"sshd 812 root 3u IPv4 5233556 0t0 TCP *:22 (LISTEN QR=2 QS=0)":                                            {Shown: true, Recv: 2},
	} {
		n := 0
		_, err := Netstat(strings.NewReader(in+"\n"), Hints{}, func(s *Socket) {
			if n++; s.Queues != want {
				t.Errorf("%s: %+v, want %+v", in, s.Queues, want)
			}
		})
		if err != nil || n != 1 {
			t.Errorf("%s: %d sockets, %v", in, n, err)
		}
	}
}
