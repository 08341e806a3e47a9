package parse

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// captures are whole outputs, one of each dialect, language and encoding, beside
// what they hold.
var captures = []struct {
	file, format    string
	skipped, broken int
	want            []string
}{
	{"aix-Aan.txt", "bsd", 4, 0, []string{
		`tcp *:21 *:* LISTEN -`,
		`tcp6 *:6000 *:* LISTEN - v6only`,
		`tcp4 *:6000 *:* LISTEN -`,
		`tcp4 "198.51.100.10"~:3277 198.51.100.10:702 ESTABLISHED -`,
		`udp4 *:13 *:* - -`,
	}},
	{"busybox-tulpn.txt", "linux", 2, 0, []string{
		`tcp4 0.0.0.0:443 0.0.0.0:* LISTEN 812/uhttpd`,
		`tcp6 [::]:443 [::]:* LISTEN 812/uhttpd`,
		`udp4 0.0.0.0:53 0.0.0.0:* - 700/dnsmasq`,
		`tcp4 192.0.2.1:443 198.51.100.4:50514 ESTABLISHED -`,
		`tcp6 [::ffff:192.0.2.1]:22 "::ffff:198.51.100"~:50515 ESTABLISHED -`,
	}},
	{"freebsd-Aax.txt", "bsd", 0, 0, []string{
		`tcp4 "192.168.71.1"~:ssh 198.51.100.4:64330 - -`,
		`tcp4 *:ssh *:* - -`,
		`udp4 *:syslog *:* - -`,
	}},
	{"freebsd-an.txt", "bsd", 6, 0, []string{
		`tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -`,
		`tcp4 127.0.0.1:25 *:* LISTEN -`,
		`tcp6 *:80 *:* LISTEN - dual`,
		`tcp6 *:22 *:* LISTEN - v6only`,
		`tcp4 *:22 *:* LISTEN -`,
		`tcp6 "2001:db8::12:345"~:443 [2001:db8::1]:50514 TIME_WAIT -`,
		`udp4 *:514 *:* - -`,
		`udp6 *:514 *:* - - v6only`,
	}},
	{"freebsd-sockstat-46s.txt", "sockstat", 0, 0, []string{
		`tcp6 *:80 *:* LISTEN 812/nginx dual`,
		`tcp4 192.0.2.7:80 198.51.100.4:50514 ESTABLISHED 812/nginx`,
		`tcp4 192.0.2.7:21084 198.51.100.4:443 CLOSE_WAIT 10942/Isolated W~`,
		`udp4 *:123 *:* - 651/ntpd`,
		`tcp4 192.0.2.7:80 198.51.100.4:50513 TIME_WAIT -`,
	}},
	{"hpux-an.txt", "bsd", 0, 0, []string{
		`tcp *:515 *:* LISTEN -`,
		`tcp4 192.0.2.141:22 198.51.100.172:64145 ESTABLISHED -`,
		`udp *:49153 *:* - -`,
	}},
	{"illumos-nuf.txt", "solaris", 0, 0, []string{
		`tcp4 192.0.2.1:22 198.51.100.79:34640 ESTABLISHED 531/sshd`,
		`tcp4 192.0.2.1:22 198.51.100.79:34641 CLOSE_WAIT 533/my daemon`,
	}},
	{"linux-Ztulpen.txt", "linux", 2, 0, []string{
		`tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd: /usr/sbin~ ino:20691`,
		`tcp6 [::]:80 [::]:* LISTEN - ino:19305`,
		`udp4 127.0.0.1:323 0.0.0.0:* - 599/chronyd ino:20479`,
	}},
	{"linux-cs-atunpeo.txt", "linux", 3, 0, []string{
		`tcp4 127.0.0.1:5900 0.0.0.0:* LISTEN 1584/qemu-system-x8~ ino:38211`,
		`tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd ino:20691`,
		`tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd: joe [pri~ ino:41002`,
		`tcp4 192.0.2.7:22 198.51.100.4:50515 LAST_ACK -`,
		`tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -`,
		`tcp6 [::]:22 [::]:* LISTEN 657/sshd ino:20693`,
		`udp4 0.0.0.0:68 0.0.0.0:* - 441/dhclient ino:17012`,
		`udp6 "2001:db8:12:34:56:7"~:546 [::]:* - 441/dhclient ino:17020`,
	}},
	{"linux-names.txt", "linux", 4, 0, []string{
		`tcp "web1.example.net":ssh "client.example.ne":50514 ESTABLISHED -`,
		`tcp "web1.example.net":37135 "server-192-0-2-1.":https CLOSE_WAIT -`,
		`udp "web1.example.net":bootpc "gateway.example.":bootps - -`,
	}},
	{"macos-10.14-anv.txt", "bsd", 2, 0, []string{
		`tcp4 192.0.2.191:52044 198.51.100.35:443 ESTABLISHED 9811/`,
		`tcp6 *:5000 *:* LISTEN 9811/ dual`,
		`udp4 *:5353 *:* - 251/`,
	}},
	{"macos-13-anv.txt", "bsd", 1, 0, []string{
		`tcp6 *:2222 *:* LISTEN 43379/ v6only`,
		`tcp6 "fe80::aede:48ff:"~:49160 "fe80::aede:48ff:"~:49159 ESTABLISHED 43387/`,
	}},
	{"macos-26-anv.txt", "bsd", 0, 0, []string{
		`tcp4 192.0.2.147:65195 198.51.100.71:443 ESTABLISHED 89468/agentd_v2`,
		`tcp4 127.0.0.1:5173 *:* LISTEN 13942/node`,
		`tcp4 192.0.2.147:8080 *:* LISTEN 777/Web Content (2)~`,
		`udp4 *:41641 *:* - 71795/IPNExtension`,
	}},
	{"netbsd-Aan.txt", "bsd", 0, 0, []string{
		`tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -`,
		`tcp *:22 *:* LISTEN -`,
		`udp *:514 *:* - -`,
		`tcp6 *:22 *:* LISTEN -`,
	}},
	{"openbsd-an.txt", "bsd", 0, 0, []string{
		`tcp4 192.0.2.101:22 198.51.100.1:44582 ESTABLISHED -`,
		`tcp *:22 *:* LISTEN -`,
		`tcp6 *:22 *:* LISTEN -`,
		`tcp6 [fe80::1%lo0]:25 *:* LISTEN -`,
	}},
	{"solaris-an.txt", "solaris", 2, 0, []string{
		`udp4 *:* *:* - -`,
		`udp4 192.0.2.7:68 *:* - -`,
		`tcp4 *:22 *:* LISTEN -`,
		`tcp4 *:* *:* IDLE -`,
		`tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -`,
		`tcp6 *:22 *:* LISTEN -`,
	}},
	{"ss-old-tan.txt", "ss", 0, 0, []string{
		`tcp6 [::]:80 [::]:* LISTEN 811/httpd,812/httpd`,
		`tcp4 *:22 *:* LISTEN 657/sshd`,
		`tcp6 [::ffff:192.0.2.7]:80 [::ffff:198.51.100.4]:50514 ESTABLISHED 812/httpd`,
		`tcp4 192.0.2.7:51042 203.0.113.9:8443 SYN_SENT 2311/curl`,
	}},
	{"ss-tuanpe.txt", "ss", 1, 0, []string{
		`udp4 127.0.0.53:53 0.0.0.0:* - 1117/systemd-resolve~ ino:30511 dev:lo`,
		`udp6 [fe80::1%eth0]:546 [::]:* - - ino:22011`,
		`udp4 192.0.2.7:39211 198.51.100.53:53 - 612/dns ino:41000`,
		`tcp6 *:80 *:* LISTEN 812/nginx,811/nginx ino:25147 dual`,
		`tcp6 [::ffff:192.0.2.7]:80 [::ffff:198.51.100.4]:50514 ESTABLISHED 812/nginx ino:41002`,
		`tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -`,
	}},
	{"toybox.txt", "linux", 3, 0, []string{
		`tcp6 "phone":35150 "ec2-192-0-2-147.e":https CLOSE_WAIT -`,
		`tcp6 "2001:db8:709:5445"~:55780 "server.example.net":5228 ESTABLISHED -`,
		`udp "phone":bootpc "gateway.example":bootps - -`,
	}},
	{"windows-aqot.txt", "windows", 2, 0, []string{
		`tcp4 0.0.0.0:80 "MYPC":* LISTEN 4/System`,
		`tcp4 0.0.0.0:50000 "MYPC":* BOUND 5712/`,
		`tcp4 192.0.2.7:50000 "server":https ESTABLISHED 5712/`,
		`udp4 0.0.0.0:500 *:* - 1120/`,
		`tcp4 192.0.2.7:50001 "server-192-0-2-147.example.net":https TIME_WAIT -`,
	}},
	{"windows-de-ano-cp850.txt", "windows", 2, 0, []string{
		`tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/`,
		`tcp4 192.0.2.7:51041 198.51.100.30:443 ESTABLISHED 5712/`,
		`tcp4 192.0.2.7:51042 198.51.100.30:443 CLOSE_WAIT 5712/`,
		`tcp4 192.0.2.7:51043 198.51.100.30:443 TIME_WAIT -`,
		`tcp4 192.0.2.7:51044 203.0.113.9:8443 SYN_SENT 7300/`,
		`tcp4 192.0.2.7:51045 203.0.113.9:80 FIN_WAIT2 7300/`,
		`tcp6 [::]:135 [::]:* LISTEN 948/ v6only`,
		`udp4 0.0.0.0:161 *:* - 3100/`,
	}},
	{"windows-ja-ano-cp932.txt", "windows", 2, 0, []string{
		`tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/`,
		`tcp6 [2001:db8::7]:50611 [2001:db8::1]:443 ESTABLISHED 5712/`,
	}},
	{"windows-ru-ano-cp866.txt", "windows", 2, 0, []string{
		`tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/`,
		`tcp4 127.0.0.1:53523 127.0.0.1:53524 ESTABLISHED 5712/`,
		`udp4 127.0.0.1:53523 127.0.0.1:53523 - 5712/`,
	}},
	{"windows-xp-anb.txt", "windows", 0, 0, []string{
		`tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 988/svchost.exe`,
		`tcp4 0.0.0.0:445 0.0.0.0:* LISTEN 4/System`,
		`udp4 0.0.0.0:1025 *:* - 1120/svchost.exe`,
	}},
	{"linux-sockstat.txt", "sockstat", 1, 0, []string{
		`tcp4 *:22 *:* LISTEN 657/sshd`,
		`tcp6 [::]:22 [::]:* LISTEN 657/sshd`,
		`tcp4 *:80 *:* LISTEN 811/apache2,812/apache2`,
		`tcp4 192.0.2.7:43762 198.51.100.4:443 CLOSE_WAIT 1204/tomcat9`,
		`udp4 *:68 *:* - 441/dhclient`,
	}},
	{"lsof-inP.txt", "lsof", 0, 0, []string{
		`udp4 127.0.0.53:53 *:* - 598/systemd-r~ ino:20112`,
		`udp4 127.0.0.1:323 *:* - 611/chronyd ino:20479`,
		`tcp4 *:22 *:* LISTEN 657/sshd ino:20691`,
		`tcp6 *:22 *:* LISTEN 657/sshd ino:20693`,
		`tcp4 *:80 *:* LISTEN 811/nginx,812/nginx ino:25147`,
		`tcp4 192.0.2.7:80 198.51.100.4:50514 ESTABLISHED 812/nginx ino:41002`,
		`tcp4 *:8000 *:* LISTEN 901/haproxy ino:30001`,
		`tcp4 *:8000 *:* LISTEN 902/haproxy ino:30002`,
		`tcp6 [2001:db8::7]:41006 [2001:db8::12:34]:5432 CLOSE_WAIT 1204/java ino:41010`,
	}},
	{"lsof-macos.txt", "lsof", 0, 0, []string{
		`tcp6 *:22 *:* LISTEN 1/launchd`,
		`tcp4 *:7000 *:* LISTEN 503/ControlCe~`,
		`tcp4 192.0.2.7:52044 198.51.100.35:443 ESTABLISHED 777/Google C~`,
		`udp4 *:5353 *:* - 225/mDNSRespo~`,
	}},
	{"macos-Lan.txt", "bsd", 0, 0, []string{
		`tcp *:8080 *:* LISTEN -`,
		`tcp4 127.0.0.1:631 *:* LISTEN -`,
		`tcp6 [::1]:631 *:* LISTEN -`,
		`tcp6 [fe80::1%lo0]:25 *:* LISTEN -`,
	}},
	{"powershell-list.txt", "powershell", 0, 0, []string{
		`tcp4 0.0.0.0:3389 0.0.0.0:* LISTEN 1416/`,
		`tcp4 192.0.2.7:50003 198.51.100.30:443 SYN_SENT 5712/`,
	}},
	{"powershell-tcp-utf16.txt", "powershell", 0, 0, []string{
		`tcp6 [::]:445 [::]:* LISTEN 4/System v6only`,
		`tcp4 0.0.0.0:445 0.0.0.0:* LISTEN 4/System`,
		`tcp4 0.0.0.0:50000 0.0.0.0:* BOUND 5712/`,
		`tcp4 192.0.2.7:50000 198.51.100.30:443 ESTABLISHED 5712/`,
		`tcp4 192.0.2.7:50001 198.51.100.30:8443 TIME_WAIT -`,
		`tcp6 "2001:db8:18c:c700:ec96:8a3e:723"~:50002 [2001:db8:90:0:f22e:fbec:5bed:a9b9]:443 CLOSE_WAIT 5712/`,
	}},
	{"powershell-udp.csv", "powershell", 1, 0, []string{
		`udp4 0.0.0.0:161 *:* - 3100/`,
		`udp6 [fe80::1c2b:3d4e%12]:5353 *:* - 2450/`,
	}},
	{"proc-net.txt", "procnet", 1, 0, []string{
		`tcp4 0.0.0.0:22 0.0.0.0:* LISTEN - ino:20691`,
		`tcp4 192.0.2.7:50000 198.51.100.4:443 ESTABLISHED - ino:41002`,
		`tcp4 192.0.2.7:80 198.51.100.4:50001 TIME_WAIT -`,
		`tcp6 [::]:80 [::]:* LISTEN - ino:25147`,
		`udp4 127.0.0.1:323 0.0.0.0:* - - ino:20479`,
	}},
	{"ss-glued-tan.txt", "ss", 0, 0, []string{
		`tcp4 0.0.0.0:22 0.0.0.0:* LISTEN -`,
		`tcp4 192.0.2.7:41856 198.51.100.4:3306 TIME_WAIT -`,
		`tcp4 192.0.2.7:51041 198.51.100.30:443 CLOSE_WAIT -`,
		`tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -`,
		`tcp4 127.0.0.1:6000 0.0.0.0:* CLOSED -`,
	}},
	{"ss-tan-e.txt", "ss", 0, 0, []string{
		`tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx,811/nginx ino:25147 service:/system.slice/nginx.service`,
		`tcp6 *:9100 *:* LISTEN 900/node_exporter ino:26000 service:/system.slice/node_exporter.service dual`,
		`tcp4 0.0.0.0:8000 0.0.0.0:* LISTEN 950/debug ino:26100 dev:lo service:/user.slice/user-1000.slice/session-2.scope`,
		`tcp4 192.0.2.7:41006 198.51.100.4:443 ESTABLISHED 1204/java ino:41010 service:/system.slice/app.service`,
	}},
	{"windows-en-anob.txt", "windows", 0, 0, []string{
		`tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 1140/svchost.exe service:RpcSs`,
		`tcp4 0.0.0.0:445 0.0.0.0:* LISTEN 4/System`,
		`tcp4 0.0.0.0:7680 0.0.0.0:* LISTEN 3960/`,
		`tcp4 192.0.2.7:50000 198.51.100.30:443 ESTABLISHED 5712/Notes & Mail.exe`,
		`udp4 127.0.0.1:51664 127.0.0.1:51664 - 4720/svchost.exe service:iphlpsvc`,
		`udp4 0.0.0.0:60627 198.51.100.30:443 - 5712/chrome.exe`,
	}},
}

func readCapture(t testing.TB, file string) []byte {
	t.Helper()
	in, err := os.ReadFile(filepath.Join("..", "testdata", "captures", file))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestCapturesHoldWhatTheyShow(t *testing.T) {
	for _, c := range captures {
		t.Run(c.file, func(t *testing.T) {
			got, sum := read(t, bytes.NewReader(readCapture(t, c.file)), Hints{})
			equal(t, got, c.want)
			if sum.Format != c.format || sum.Skipped != c.skipped || sum.Broken != c.broken {
				t.Errorf("summary %+v; want %s, %d skipped, %d broken", sum, c.format, c.skipped, c.broken)
			}
		})
	}
}

func TestEveryCaptureIsTested(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("..", "testdata", "captures"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.ContainsFunc(captures, func(c struct {
			file, format    string
			skipped, broken int
			want            []string
		}) bool {
			return c.file == f.Name()
		}) {
			t.Errorf("nothing is said of %s", f.Name())
		}
	}
}

// TestAllCapturesInOneFileAreAllRead, each behind every other one.
func TestAllCapturesInOneFileAreAllRead(t *testing.T) {
	for shift := range captures {
		var in []byte
		var want []string
		for i := range captures {
			c := captures[(i+shift)%len(captures)]
			in = append(append(in, inUTF8(t, readCapture(t, c.file))...), '\n')
			want = append(want, c.want...)
		}
		got, sum := read(t, bytes.NewReader(in), Hints{})
		if len(got) != len(want) || sum.Broken != 0 {
			t.Errorf("beginning with %s: %d sockets, want %d; unread %+v", captures[shift].file, len(got), len(want), sum.Unread)
		}
	}
}

// inUTF8 decodes UTF-16.
func inUTF8(t *testing.T, in []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(in, []byte("\xff\xfe")) {
		return in
	}
	text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(in)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTheOrderOfRowsChangesNothing shuffles the rows of each capture, each with
// the lines that belong to it, between one header and the next.
func TestTheOrderOfRowsChangesNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, c := range captures {
		want, _ := read(t, bytes.NewReader(readCapture(t, c.file)), Hints{})
		for range 20 {
			got, sum := read(t, strings.NewReader(shuffled(t, readCapture(t, c.file), rnd)), Hints{})
			if !equalButOwners(got, want) || sum.Broken != c.broken {
				equal(t, got, want)
				t.Fatalf("%s: broken %d", c.file, sum.Broken)
			}
		}
	}
}

// equalButOwners compares meanings, whatever the order of several owners.
func equalButOwners(got, want []string) bool {
	sorted := func(all []string) []string {
		all = slices.Clone(all)
		for i, text := range all {
			words := strings.Fields(text)
			for j := range words {
				owners := strings.Split(words[j], ",")
				slices.Sort(owners)
				words[j] = strings.Join(owners, ",")
			}
			all[i] = strings.Join(words, " ")
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(sorted(got), sorted(want))
}

// shuffled puts the records between two headers into another order. What the
// parser does with each line tells rows, lines that belong to them, and others.
func shuffled(t *testing.T, in []byte, rnd *rand.Rand) string {
	t.Helper()
	var out strings.Builder
	var records []string
	flush := func() {
		rnd.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		out.WriteString(strings.Join(records, ""))
		records = nil
	}
	rows := 0
	p := newParser(Hints{}, func(*Socket) {})
	lines := newLines(bytes.NewReader(in))
	for {
		line, _, err := lines.next()
		if err != nil {
			break
		}
		text := string(line.b) + "\n"
		header, skipped := p.sum.Header, p.sum.Skipped
		p.sum.Header = false
		p.line(line)
		switch now := rowsOf(p); {
		case now > rows:
			rows = now
			records = append(records, text)
		case p.sum.Header, len(records) == 0, line.n == 0, p.sum.Skipped > skipped:
			flush()
			out.WriteString(text)
		default:
			records[len(records)-1] += text
		}
		p.sum.Header = p.sum.Header || header
	}
	flush()
	return out.String()
}

// rowsOf counts the sockets read so far.
func rowsOf(p *parser) int {
	n := p.sum.Sockets
	for i := range p.held {
		n += len(p.held[i])
	}
	if p.pending {
		n++
	}
	return n
}
