package parse

import (
	"strings"
	"testing"
)

const sockstatHeader = "USER     COMMAND    PID   FD PROTO  LOCAL ADDRESS         FOREIGN ADDRESS\n"

var sockstatSamples = []sample{
	{"root     sshd       668   4  tcp4   *:22                  *:*",
		"tcp4 *:22 *:* - 668/sshd"},
	{"root     sshd       668   3  tcp6   *:22                  *:*",
		"tcp6 *:22 *:* - 668/sshd v6only"},
	{"www      nginx      812   6  tcp46  *:80                  *:*",
		"tcp6 *:80 *:* - 812/nginx dual"},
	{"mysql    mysqld     1567  10 tcp4 6 *:3306                *:*",
		"tcp6 *:3306 *:* - 1567/mysqld dual"},
	{"root     sendmail   671   3  tcp4   127.0.0.1:25          *:*",
		"tcp4 127.0.0.1:25 *:* - 671/sendmail"},
	{"ntpd     ntpd       651   20 udp4   *:123                 *:*",
		"udp4 *:123 *:* - 651/ntpd"},
	{"ntpd     ntpd       651   21 udp6   fe80::1%lo0:123       *:*",
		"udp6 [fe80::1%lo0]:123 *:* - 651/ntpd"},
	{"www      php-fpm    900   11 tcp4   192.0.2.7:21084       198.51.100.4:3306",
		"tcp4 192.0.2.7:21084 198.51.100.4:3306 - 900/php-fpm"},
	{"1001     node       900   11 tcp6   2001:db8::1234:5678:9abc:443 2001:db8::1:50514",
		"tcp6 [2001:db8::1234:5678:9abc]:443 [2001:db8::1]:50514 - 900/node"}, // -n, and no column is cut

	// nobody holds it
	{"?        ?          ?     ?  udp6   *:2049                *:*",
		"udp6 *:2049 *:* - - v6only"},
	{"?        ?          ?     ?  tcp4   192.0.2.7:22          198.51.100.4:50514",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 - -"},

	// -s: the state, behind the column of SCTP's; -U, -S, -C, -i, -f: other columns
	{"www      nginx      812   6  tcp4   *:80                  *:*                                LISTEN",
		"tcp4 *:80 *:* LISTEN 812/nginx"},
	{"?        ?          ?     ?  tcp6   ::1:4045              *:*                                LISTEN",
		"tcp6 [::1]:4045 *:* LISTEN -"},
	{"www      firefox    10942 44 tcp4   192.0.2.7:21084       198.51.100.4:443                   CLOSED",
		"tcp4 192.0.2.7:21084 198.51.100.4:443 CLOSED 10942/firefox"},
	{"www      firefox    10942 44 tcp4   192.0.2.7:21084       198.51.100.4:443      0      3110     9899                 ESTABLISHED  freebsd  cubic",
		"tcp4 192.0.2.7:21084 198.51.100.4:443 ESTABLISHED 10942/firefox"},

	// a command with blanks, one that fills its column, one that leaves none before the PID
	{"www      Isolated W 10942 44 tcp4   192.0.2.7:21084       198.51.100.4:443",
		"tcp4 192.0.2.7:21084 198.51.100.4:443 - 10942/Isolated W~"},
	{"www      a 1 tcp4   900   11 tcp4   192.0.2.7:21084       198.51.100.4:443",
		"tcp4 192.0.2.7:21084 198.51.100.4:443 - 900/a 1 tcp4"},
	{"backup-agent python2.781106 35 tcp4  127.0.0.1:61115  127.0.0.1:4506",
		"tcp4 127.0.0.1:61115 127.0.0.1:4506 - 81106/python2.7~"},
	{"backup-agent longcommand1 35 tcp4  127.0.0.1:61115  127.0.0.1:4506",
		"tcp4 127.0.0.1:61115 127.0.0.1:4506 - 1/longcommand~"},

	// NetBSD
	{"root     sshd       657   3  tcp    *.22                  *.*",
		"tcp *:22 *:* - 657/sshd"},
	{"root     sshd       657   4  tcp6   *.22                  *.*",
		"tcp6 *:22 *:* - 657/sshd"},
	{"root     sshd       901   4  tcp    192.0.2.7.22          198.51.100.4.50514",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 - 901/sshd"},
}

func TestSockstatRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "sockstat", Hints{}, sockstatSamples)
}

func TestOtherSockstatRowsAreSkipped(t *testing.T) {
	got, sum := read(t, strings.NewReader(sockstatHeader+
		`root     devd       512   4  stream /var/run/devd.pipe
root     syslogd    600   5  dgram  /var/run/log
root     assoc      700   6  sctp4  192.0.2.7:3868        198.51.100.4:3868     ACTIVE       ESTABLISHED
root     natd       701   7  div4   *:8668                *:*
root     sshd       668   4  tcp4   *:22                  *:*
`), Hints{})
	equal(t, got, []string{"tcp4 *:22 *:* - 668/sshd"})
	if !sum.Header || sum.Skipped != 4 || sum.Broken != 0 {
		t.Errorf("summary %+v; want a header, 4 skipped, 0 broken", sum)
	}
}

func TestBrokenSockstatRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, sockstatSamples[0], []string{
		"root     sshd       668   4  tcp4   *:65536               *:*",
		"root     sshd       668   4  tcp4   *:22",
		"root     sshd       668   4  tcp4   *:22                  *.*",
		"root     sshd       668   4  tcp4",
	})
}
