package parse

import (
	"strings"
	"testing"
)

const lsofHeader = "COMMAND     PID     USER   FD   TYPE  DEVICE SIZE/OFF NODE NAME\n"

var lsofSamples = []sample{
	{"sshd        812     root    3u  IPv4 5233556      0t0  TCP *:22 (LISTEN)",
		"tcp4 *:22 *:* LISTEN 812/sshd ino:5233556"},
	{"sshd        812     root    5u  IPv6 5233557      0t0  TCP *:22 (LISTEN)",
		"tcp6 *:22 *:* LISTEN 812/sshd ino:5233557"},
	{"java       2061      app    8u  IPv6 5233769      0t0  TCP [2001:db8::10]:41006->[2001:db8:aaaa::7]:443 (ESTABLISHED)",
		"tcp6 [2001:db8::10]:41006 [2001:db8:aaaa::7]:443 ESTABLISHED 2061/java ino:5233769"},
	{"java       2061      app    9u  IPv4 5233774      0t0  TCP app1.example:44001->db1.example:mysql (CLOSE_WAIT)",
		`tcp4 "app1.example":44001 "db1.example":mysql CLOSE_WAIT 2061/java ino:5233774`},
	{"systemd-r   668 systemd+   13u  IPv4 5233540      0t0  UDP 127.0.0.53%lo:53 ",
		"udp4 127.0.0.53:53 *:* - 668/systemd-r~ ino:5233540 dev:lo"},
	{"dhclient   2164     root    3u  IPv4 5233565      0t0  UDP 192.0.2.10:68->198.51.100.7:67 ",
		"udp4 192.0.2.10:68 198.51.100.7:67 - 2164/dhclient ino:5233565"},
	{"node      10942 10950 worker joe   44u  IPv4 5233570      0t0  TCP 192.0.2.7:21084->198.51.100.4:443 (ESTABLISHED)", // -K
		"tcp4 192.0.2.7:21084 198.51.100.4:443 ESTABLISHED 10942/node ino:5233570"},
	{"mysqld     1259    mysql    3u  IPv4 5233756      0t0  TCP 127.0.0.1:3306 (LISTEN QR=1 QS=0)",
		"tcp4 127.0.0.1:3306 *:* LISTEN 1259/mysqld ino:5233756"},

	// macOS
	{`Web\x20He   941    admin   17u  IPv4 0x91f0be2267d90b1f      0t0   TCP 192.0.2.10:51963->198.51.100.7:443 (ESTABLISHED)`,
		"tcp4 192.0.2.10:51963 198.51.100.7:443 ESTABLISHED 941/Web He~"},
	{"rapportd    647    admin    3u  IPv6 0x3b5e07a91d25013d      0t0   UDP [fe80:4::1]:5353",
		"udp6 [fe80::1%4]:5353 *:* - 647/rapportd"},
	{"java        960      app   40u  IPv6  0x3b5e07a91d2601b      0t0   TCP *:9000 (CLOSED)",
		"tcp6 *:9000 *:* CLOSED 960/java"},
}

func TestLsofRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "lsof", Hints{}, lsofSamples)
}

func TestRowsOfOneSocketAreOneSocket(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"lsof: one inode, two processes, and twins": {lsofHeader + `nginx      1854     root    3u  IPv4 5233752      0t0  TCP *:80 (LISTEN)
nginx      1855 www-data    9u  IPv4 5233752      0t0  TCP *:80 (LISTEN)
haproxy    2157     root    3u  IPv4 5233754      0t0  TCP *:8000 (LISTEN)
haproxy    2158     root    3u  IPv4 5233755      0t0  TCP *:8000 (LISTEN)
`, []string{
			"tcp4 *:80 *:* LISTEN 1854/nginx,1855/nginx ino:5233752",
			"tcp4 *:8000 *:* LISTEN 2157/haproxy ino:5233754",
			"tcp4 *:8000 *:* LISTEN 2158/haproxy ino:5233755",
		}},
		"sockstat: inherited, passed on, and twins": {`www      nginx      1202  6  tcp4   *:80                  *:*
root     nginx      1201  6  tcp4   *:80                  *:*
www      php-fpm    1301  0  tcp4   *:9000                *:*
www      php-fpm    1302  0  tcp4   *:9000                *:*
root     php-fpm    1300  9  tcp4   *:9000                *:*
root     haproxy    2157  5  tcp4   *:8000                *:*
root     haproxy    2158  7  tcp4   *:8000                *:*
www      worker     3001  5  tcp4   192.0.2.7:41000       198.51.100.4:443
www      worker     3002  8  tcp4   192.0.2.7:41000       198.51.100.4:443
`, []string{
			"tcp4 *:80 *:* - 1202/nginx,1201/nginx",
			"tcp4 *:9000 *:* - 1301/php-fpm,1302/php-fpm,1300/php-fpm",
			"tcp4 *:8000 *:* - 2157/haproxy",
			"tcp4 *:8000 *:* - 2158/haproxy",
			"tcp4 192.0.2.7:41000 198.51.100.4:443 - 3001/worker,3002/worker",
		}},
		"sockstat of Linux shows no descriptor": {`USER     PROCESS              PID      PROTO  SOURCE ADDRESS            FOREIGN ADDRESS           STATE
root     nginx                1854     tcp4   *:80                      *:*                       LISTEN
www-data nginx                1855     tcp4   *:80                      *:*                       LISTEN
app      tomcat9              20117    tcp6   :::8080                   :::*                      LISTEN
root     dhcpcd               702      raw    *:17                      *:*                       CLOSED
root     dhclient             8155     udp4   192.0.2.10:68             198.51.100.7:67           ESTABLISHED
`, []string{
			"tcp4 *:80 *:* LISTEN 1854/nginx,1855/nginx",
			"tcp6 [::]:8080 [::]:* LISTEN 20117/tomcat9",
			"udp4 192.0.2.10:68 198.51.100.7:67 - 8155/dhclient",
		}},
		"Solaris": {`TCP: IPv4
192.0.2.1.22         198.51.100.79.34640   root        531 sshd           134664     51  128872      0 ESTABLISHED
192.0.2.1.22         198.51.100.79.34640   app         533 sshd           134664     51  128872      0 ESTABLISHED
`, []string{"tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 531/sshd,533/sshd"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := read(t, strings.NewReader(c.in), Hints{})
			equal(t, got, c.want)
		})
	}
}

func TestBrokenLsofRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, lsofSamples[0], []string{
		"java       2061      app    5u  IPv4 5233766      0t0  TCP 192.0.2.10:41000->198.51.100.7:44",
		"java       2061      app    5u  IPv4 5233766      0t0  TCP 192.0.2.10:41000->198.51.100.7:443 (ESTABL",
		"java       2061      app    5u  IPv4 5233766      0t0  TCP 192.0.2.10:99999->198.51.100.7:443 (ESTABLISHED)",
	})
}

func TestLsofShowsOneUserOnlyHisOwn(t *testing.T) {
	for user, want := range map[string]string{"app": "app", "root": ""} {
		_, sum := read(t, strings.NewReader(lsofHeader+"java  2061 "+user+" 3u  IPv6 5237109      0t0  TCP *:8080 (LISTEN)\n"), Hints{})
		if sum.OnlyUser != want {
			t.Errorf("%s: %q", user, sum.OnlyUser)
		}
	}
}

func FuzzLsof(f *testing.F) { fuzzDialect(f, lsofHeader, lsofSamples) }
