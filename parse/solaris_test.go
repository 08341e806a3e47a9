package parse

import (
	"slices"
	"strings"
	"testing"
)

const solarisOutput = `
UDP: IPv4
   Local Address        Remote Address      State
-------------------- -------------------- ----------
      *.*                                 Unbound
192.0.2.7.68                              Idle
      *.syslog                            Idle
192.0.2.7.39211      198.51.100.53.53     Connected

UDP: IPv6
   Local Address                     Remote Address                   State      If
--------------------------------- --------------------------------- ---------- -----
      *.546                                                         Idle
fe80::1.546                                                         Idle       net0

TCP: IPv4
   Local Address        Remote Address     Swind  Send-Q  Rwind  Recv-Q    State
-------------------- -------------------- ------- ------ ------- ------ -----------
127.0.0.1.5999             *.*                  0      0  128000      0 LISTEN
      *.111                *.*                  0      0  128000      0 LISTEN
      *.*                  *.*                  0      0  128000      0 IDLE
192.0.2.7.22         198.51.100.4.50514    131008      0  128872      0 ESTABLISHED
192.0.2.7.6000       198.51.100.4.50515    131008      0  128872      0 SYN_RCVD
192.0.2.7.6001             *.*                  0      0  128000      0 BOUND

TCP: IPv6
   Local Address                     Remote Address                  Swind  Send-Q  Rwind  Recv-Q   State      If
--------------------------------- --------------------------------- ------- ------ ------- ------ ----------- -----
::1.5999                                *.*                               0      0  128000      0 LISTEN
      *.22                              *.*                               0      0  128000      0 LISTEN
fe80::1.22                        fe80::2.50514                      131008      0  128872      0 ESTABLISHED net0

SCTP:
        Local Address                   Remote Address          Swind  Send-Q Rwind  Recv-Q StrsI/O  State
------------------------------- ------------------------------- ------ ------ ------ ------ ------- -----------
192.0.2.7.3868                  198.51.100.4.3868               102400      0 102400      0   32/32 ESTABLISHED
0.0.0.0                         0.0.0.0                              0      0 102400      0   32/32 CLOSED

Active UNIX domain sockets
Address  Type          Vnode     Conn  Local Addr      Remote Addr
ffffff02f2c7e3b8 stream-ord ffffff02f2c8a180 00000000 /var/run/zones/global.metadata.sock
`

func TestSolarisSectionsSayTheProtocol(t *testing.T) {
	got, sum := read(t, strings.NewReader(solarisOutput), Hints{})
	equal(t, got, []string{
		"udp4 *:* *:* - -",
		"udp4 192.0.2.7:68 *:* - -",
		"udp4 *:syslog *:* - -",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - -",
		"udp6 *:546 *:* - -",
		"udp6 [fe80::1]:546 *:* - -",
		"tcp4 127.0.0.1:5999 *:* LISTEN -",
		"tcp4 *:111 *:* LISTEN -",
		"tcp4 *:* *:* IDLE -",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -",
		"tcp4 192.0.2.7:6000 198.51.100.4:50515 SYN_RECV -",
		"tcp4 192.0.2.7:6001 *:* BOUND -",
		"tcp6 [::1]:5999 *:* LISTEN -",
		"tcp6 *:22 *:* LISTEN -",
		"tcp6 [fe80::1]:22 [fe80::2]:50514 ESTABLISHED -",
	})
	if !sum.Header || sum.Format != "solaris" || sum.Broken != 0 || sum.Skipped != 6 {
		t.Errorf("summary %+v; want a header, solaris, 0 broken, 6 skipped", sum)
	}
}

// solarisSamples are rows that say enough without the title above them.
var solarisSamples = []sample{
	{"127.0.0.1.5999             *.*                  0      0  128000      0 LISTEN",
		"tcp4 127.0.0.1:5999 *:* LISTEN -"},
	{"      *.111                *.*                  0      0  128000      0 LISTEN",
		"tcp *:111 *:* LISTEN -"},
	{"192.0.2.7.22         198.51.100.4.50514    131008      0  128872      0 ESTABLISHED",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"},
	{"fe80::1.22                        fe80::2.50514                      131008      0  128872      0 ESTABLISHED net0",
		"tcp6 [fe80::1]:22 [fe80::2]:50514 ESTABLISHED -"},
	{"web1.22              client.example.50514  131008      0  128872      0 CLOSE_WAIT",
		`tcp "web1":22 "client.example":50514 CLOSE_WAIT -`},

	// -u, and a command with a blank, one that fills its column, none
	{"  192.0.2.1.22         198.51.100.79.34640  root        531 sshd           134664     51  128872      0 ESTABLISHED",
		"tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 531/sshd"},
	{"192.0.2.1.22         198.51.100.79.34640  joe         533 my daemon      134664     51  128872      0 ESTABLISHED",
		"tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 533/my daemon"},
	{"192.0.2.1.22         198.51.100.79.34640  joe         533 fourteen-chars 134664     51  128872      0 ESTABLISHED",
		"tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 533/fourteen-chars~"},
	{"192.0.2.1.22         198.51.100.79.34640  joe         533 134664     51  128872      0 ESTABLISHED",
		"tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 533/"},

	{"192.0.2.7.68                              Idle",
		"udp4 192.0.2.7:68 *:* - -"},
	{"      *.546                                                         Idle",
		"udp *:546 *:* - -"},
	{"192.0.2.7.39211      198.51.100.53.53     Connected",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - -"},
}

func TestSolarisRowsWithoutATitleMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "solaris", Hints{}, solarisSamples)
}

func TestOwnersOfUDPSocketsAreReadBelowTheirTitle(t *testing.T) {
	got, sum := read(t, strings.NewReader(`UDP: IPv4
   Local Address        Remote Address      User    Pid      Command       State
-------------------- -------------------- -------- ------ -------------- ----------
      *.123                               root        701 ntpd           Idle
192.0.2.7.39211      198.51.100.53.53     joe         812 my daemon      Connected
`), Hints{})
	equal(t, got, []string{
		"udp4 *:123 *:* - 701/ntpd",
		"udp4 192.0.2.7:39211 198.51.100.53:53 - 812/my daemon",
	})
	if sum.Skipped != 0 {
		t.Errorf("%d lines skipped: %q", sum.Skipped, sum.SkippedLines)
	}
}

func TestAProtocolsNameAloneIsNoHeader(t *testing.T) {
	for _, text := range []string{"TCP\n", "UDP\n", "  TCP  \nhello\n"} {
		if _, sum := read(t, strings.NewReader(text), Hints{}); sum.Header || sum.Format != "" {
			t.Errorf("%q: summary %+v", text, sum)
		}
	}
	got, sum := read(t, strings.NewReader(`UDP
   Local Address         Remote Address     State
-------------------- -------------------- -------
      *.syslog                            Idle
TCP
   Local Address        Remote Address    Swind Send-Q Rwind Recv-Q  State
-------------------- -------------------- ----- ------ ----- ------ -------
      *.22                 *.*                0      0 24576      0 LISTEN
`), Hints{})
	equal(t, got, []string{"udp *:syslog *:* - -", "tcp *:22 *:* LISTEN -"})
	if !sum.Header || sum.Skipped != 0 {
		t.Errorf("summary %+v; want a header, 0 skipped", sum)
	}
}

func TestATitleHoldsUntilAnotherOutputBegins(t *testing.T) {
	got, _ := read(t, strings.NewReader("UDP\n192.0.2.7.68                              Idle\n"+
		linuxHeader+linuxSamples[0].line+"\n"+
		"192.0.2.7.69         user.name            Idle\n"), Hints{})
	equal(t, got, []string{"udp4 192.0.2.7:68 *:* - -", linuxSamples[0].want})
}

func TestTheTwoLinesOfSolarisVerboseAreBroken(t *testing.T) {
	got, sum := read(t, strings.NewReader(`TCP: IPv4
Local/Remote Address Swind  Snext     Suna   Rwind  Rnext     Rack    Rto   Mss     State
-------------------- ----- -------- -------- ----- -------- -------- ----- ----- -----------
127.0.0.1.5999
      *.*                 0 00000000 00000000 128000 00000000 00000000  3375   536 LISTEN
`), Hints{})
	if len(got) != 0 || sum.Broken != 2 || sum.Skipped != 2 {
		t.Errorf("sockets %q, broken %d, skipped %d; want none, 2, 2", got, sum.Broken, sum.Skipped)
	}
}

func TestTextWithDotsIsNoSolarisRow(t *testing.T) {
	for _, line := range []string{
		"foo.bar is Unknown", "user.name Idle", "e.g. 1 2 3 4 LISTEN", "1.2 3.4 5 6 7 8 nine",
		"192.0.2.7.68 and more Idle", "0.5 0.7 1 2 3 4",
	} {
		got, sum := read(t, strings.NewReader(line+"\n"), Hints{})
		if len(got) != 0 || sum.Skipped != 1 || sum.Broken != 0 {
			t.Errorf("%s: sockets %q, summary %+v; want it skipped", line, got, sum)
		}
	}
}

func TestBrokenSolarisRowsAreCountedBelowATitle(t *testing.T) {
	rows := []string{
		"192.0.2.7.65536      198.51.100.4.50514    131008      0  128872      0 ESTABLISHED",
		"192.0.2.7.22         198.51.100.4.50514    131008      0  ESTABLISHED",
		"192.0.2.7.22",
	}
	got, sum := read(t, strings.NewReader("TCP: IPv4\n"+strings.Join(rows, "\n")), Hints{})
	if len(got) != 0 || sum.Broken != 3 || !slices.Equal(sum.SkippedLines, rows) {
		t.Errorf("sockets %q, broken %d of %q; want none, 3", got, sum.Broken, sum.SkippedLines)
	}
}
