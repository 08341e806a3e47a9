package parse

import (
	"strings"
	"testing"
)

func TestRowsBehindAPrefixAreRead(t *testing.T) {
	rows := []sample{
		{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd", "tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
		{"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948", "tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"},
		{`tcp   LISTEN 0      128    0.0.0.0:80   0.0.0.0:*    users:(("nginx",pid=812,fd=6))`, "tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx"},
		{"tcp4       0      0 *.22                   *.*                    LISTEN", "tcp4 *:22 *:* LISTEN -"},
		{"udp6       0      0 :::5353                 :::*", "udp6 [::]:5353 [::]:* - -"},
	}
	for _, prefix := range []string{
		"> ", ">", ">> ", " > ", "    host1: ", "> > ", "| ", "  > ", "12:", "12: ", "host1.txt:", "host1.txt:12:", "logs/tcp/host1.txt: ",
		"Nov 24 21:00:01 host1 netstat[812]: ", "2026-11-24T21:00:01Z INFO [tcp check] ", "[12:00:00] ", "udp and tcp: ",
	} {
		for _, row := range rows {
			got, sum := read(t, strings.NewReader(strings.Repeat(prefix+row.line+"\n", 2)), Hints{})
			equal(t, got, []string{row.want, row.want})
			if sum.Skipped != 0 {
				t.Errorf("%q is skipped", prefix+row.line)
			}
		}
	}
}

func TestAQuotedOutputIsReadWhole(t *testing.T) {
	quote := func(text string) string {
		return "> " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n> ") + "\n"
	}
	for _, text := range []string{mixedDialects, windowsOwners, solarisOutput, linuxHeader + threeRows, ssHeader + ssSamples[0].line + "\n"} {
		want, wantSum := read(t, strings.NewReader(text), Hints{})
		got, sum := read(t, strings.NewReader(quote(text)), Hints{})
		equal(t, got, want)
		if sum.Skipped != wantSum.Skipped || sum.Header != wantSum.Header || sum.Format != wantSum.Format {
			t.Errorf("quoted: %+v\nplain:  %+v", sum, wantSum)
		}
	}
}

func TestABrokenRowBehindAQuoteMarkIsBroken(t *testing.T) {
	for _, line := range []string{
		"> tcp        0      0 0.0.",
		"> tcp    NO-SUCH-STATE  0  0  192.0.2.7:22  198.51.100.4:50514",
		"12:tcp        0      0 0.0.0.0:65536           0.0.0.0:*               LISTEN",
	} {
		got, sum := read(t, strings.NewReader(line+"\n"), Hints{})
		if len(got) != 0 || sum.Broken != 1 || sum.Skipped != 1 {
			t.Errorf("%s: sockets %q, summary %+v; want it broken", line, got, sum)
		}
	}
}

// TestWhatLooksLikeARowIsUnread though no dialect knows it.
func TestWhatLooksLikeARowIsUnread(t *testing.T) {
	for _, line := range []string{
		`{"log":"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd\n","stream":"stdout"}`,
		"[FONT=Menlo]tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd       [/FONT]",
		"<td>tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd</td>",
		"-tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd",
		"STEN 0      128          0.0.0.0:8443       0.0.0.0:*    ",
		"NEW-SYN 0     0         192.0.2.10:443   198.51.100.61:50210",
		"10.0.0.1.5 10.0.0.1.6 1 2 3 LISTEN",
	} {
		got, sum := read(t, strings.NewReader(line+"\n"), Hints{})
		if len(got) != 0 || sum.Skipped != 1 || sum.Broken != 1 || len(sum.Unread) != 1 || !sum.Unread[0].HasLocal {
			t.Errorf("%s: sockets %q, summary %+v; want it unread", line, got, sum)
		}
	}
}

func TestWhatIsLeftOfARowIsUnread(t *testing.T) {
	const rows = "root     sshd       668   4  tcp4   *:22                  *:*\n"
	for in, want := range map[string]int{
		sockstatHeader + rows + "www      ngi\n" + rows:   1, // between two rows
		sockstatHeader + "www      ngi\n" + rows:          1,
		sockstatHeader + rows + "www      ngi":            1, // the copy ends there
		sockstatHeader + rows + "root     ssh\n":          1, // it begins as the row above
		sockstatHeader + rows + "www      ngi\n":          0,
		sockstatHeader + rows + "\nwww      ngi\n" + rows: 0,
		sockstatHeader + rows + "joe@web01:~$ ":           0,
		sockstatHeader + rows + "(see below)\n" + rows:    0,
		linuxHeader + "tc\n":                              1,
		windowsHeader + "  U\r\n":                         1,
		windowsHeader + " [svchost.exe]\r\n":              0, // its row is missing as a whole
	} {
		if _, sum := read(t, strings.NewReader(in), Hints{}); sum.Broken != want || len(sum.Unread) != want {
			t.Errorf("%q: broken %d, unread %+v; want %d", in, sum.Broken, sum.Unread, want)
		}
	}
}

func TestAnUnreadRowTellsWhatCanBeReadOfIt(t *testing.T) {
	_, sum := read(t, strings.NewReader("  TCP    192.0.2.6:48947        198.51.100.7:99443     ESTABLISHED     10596\n"), Hints{})
	if len(sum.Unread) != 1 {
		t.Fatalf("summary %+v", sum)
	}
	u := sum.Unread[0]
	if u.Proto != TCP || u.State != Established || !u.HasLocal || u.HasRemote || endpointMeaning(u.Local) != "192.0.2.6:48947" {
		t.Errorf("%+v", u)
	}
}

func TestColoursAndNoBreakSpacesAreReadAsBlanks(t *testing.T) {
	for _, in := range []string{
		"\x1b[01;31m\x1b[Ktcp6\x1b[m\x1b[K       0      0 :::8443                 :::*                    LISTEN     ",
		"tcp6 \u00a0 \u00a0 \u00a0 0 \u00a0 \u00a0 0 :::8443 \u00a0 \u00a0 \u00a0 \u00a0 :::* \u00a0 \u00a0 \u00a0 LISTEN",
		"tcp6 \xa0 \xa0 \xa0 0 \xa0 \xa0 0 :::8443 \xa0 \xa0 \xa0 \xa0 :::* \xa0 \xa0 \xa0 LISTEN",
		`    "tcp6       0      0 :::8443                 :::*                    LISTEN     ",`,
		"web01: tcp6       0      0 :::8443                 :::*                    LISTEN     ",
		"web01: LISTEN 0      128       [::]:8443          [::]:*    ",
		"2026-03-07T20:37:08.1234567Z LISTEN 0      128       [::]:8443          [::]:*    ",
		"app-1  | LISTEN 0      128       [::]:8443          [::]:*    ",
	} {
		got, sum := read(t, strings.NewReader(in+"\n"), Hints{})
		if equal(t, got, []string{"tcp6 [::]:8443 [::]:* LISTEN -"}); sum.Skipped != 0 {
			t.Errorf("%q: summary %+v", in, sum)
		}
	}
}

func TestAPrefixIsNoUser(t *testing.T) {
	for _, prefix := range []string{"", "> ", "fw1: "} {
		got, _ := read(t, strings.NewReader(prefix+"root     sshd       1718  7  tcp4   *:22                  *:*                               LISTEN\n"), Hints{})
		equal(t, got, []string{"tcp4 *:22 *:* LISTEN 1718/sshd"})
	}
}

func TestTextWithAProtocolsNameIsNoRow(t *testing.T) {
	for _, line := range []string{
		"$ netstat -tulpn | grep tcp", "user@host:~$ sudo netstat -p tcp -an", "tcpdump: listening on eth0", "Tcp:", "TcpExt:", "udp:",
		"    123 packets sent over tcp to 0.0.0.0:22", "TCP: inuse 5 orphan 0", "udplite 0 0 0.0.0.0:53 0.0.0.0:*", "udpl   0      0 0.0.0.0:7 0.0.0.0:*",
		"ssh             22/tcp", "   100000    4   tcp    111  portmapper", "0.0.0.0:80->80/tcp  web",
		"ipv4     2 tcp      6 431999 ESTABLISHED src=192.0.2.7 dst=198.51.100.4 sport=22 dport=50514",
		"sctp       0      0 0.0.0.0:3868            0.0.0.0:*               LISTEN",
		"raw        0      0 0.0.0.0:6               0.0.0.0:*               7           812/tcp 0 0",
		"unix  3      [ ]         STREAM     CONNECTED     17001    1/init               /run/tcp 0 0",
	} {
		got, sum := read(t, strings.NewReader(line+"\n"), Hints{})
		if len(got) != 0 || sum.Skipped != 1 || sum.Broken != 0 || sum.Header {
			t.Errorf("%s: sockets %q, summary %+v; want it skipped", line, got, sum)
		}
	}
}
