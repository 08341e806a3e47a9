package parse

import (
	"strings"
	"testing"
)

// macHeader is that of macOS 26; those before it name the columns of the PIDs.
const macHeader = "Active Internet connections (including servers)\n" +
	"Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)          rxbytes      txbytes  rhiwat  shiwat          process:pid    state  options           gencnt    flags   flags1 usecnt rtncnt fltrs\n"

var macSamples = []sample{
	// without -v
	{"tcp4       0      0  192.0.2.147.65195      198.51.100.71.443      ESTABLISHED",
		"tcp4 192.0.2.147:65195 198.51.100.71:443 ESTABLISHED -"},
	{"tcp46      0      0  *.5000                 *.*                    LISTEN     ",
		"tcp6 *:5000 *:* LISTEN - dual"},
	// -b: bytes, no owner
	{"tcp4       0      0  192.0.2.147.65195      198.51.100.71.443      ESTABLISHED        250       2101",
		"tcp4 192.0.2.147:65195 198.51.100.71:443 ESTABLISHED -"},

	// 10.8: four numbers
	{"tcp4       0      0  192.0.2.191.52044      198.51.100.35.443      ESTABLISHED 131072 131860   9811      0",
		"tcp4 192.0.2.191:52044 198.51.100.35:443 ESTABLISHED 9811/"},
	// 10.14: state and options
	{"tcp4       0      0  192.0.2.191.52044      198.51.100.35.443      ESTABLISHED 131072 131860   9811      0 0x0102 0x00000008",
		"tcp4 192.0.2.191:52044 198.51.100.35:443 ESTABLISHED 9811/"},
	{"tcp4      24      0  192.0.2.191.52040      198.51.100.4.443       CLOSE_WAIT  131072 132432   9811      0 0x0122 0x00000008",
		"tcp4 192.0.2.191:52040 198.51.100.4:443 CLOSE_WAIT 9811/"},
	{"tcp4       0      0  192.0.2.191.52044      198.51.100.35.443      ESTABLISHED 131072 131860   9811      0 00102 00000008",
		"tcp4 192.0.2.191:52044 198.51.100.35:443 ESTABLISHED 9811/"},
	{"udp4       0      0  *.5353                 *.*                                196724   9216    251      0 0x0100 0x00000204",
		"udp4 *:5353 *:* - 251/"},
	// 13: gencnt and what follows it
	{"tcp6       0      0  *.2222                 *.*                    LISTEN       131072  131072  43379      0 00100 00000006 00000000003e3959 00000001 00000800      1      0 000001",
		"tcp6 *:2222 *:* LISTEN 43379/ v6only"},
	{"tcp6       0      0  ::1.58090              ::1.2222               TIME_WAIT    403715  146808  43387      0 02131 00000008 00000000003e3f04 00080081 04080800      0      0 000001",
		"tcp6 [::1]:58090 [::1]:2222 TIME_WAIT 43387/"},
	// 14: bytes before it
	{"tcp4       0      0  127.0.0.1.5173         *.*                    LISTEN                0          0  131072  131072  13942      0 00100 00000106 00000000017f35e4 00000001 00000800      1      0 000000",
		"tcp4 127.0.0.1:5173 *:* LISTEN 13942/"},
	{"udp4       0      0  *.41641                *.*                               38400      16000 7340032 7340032  71795      0 00100 00000020 0000000000226107 00000000 04000800      1      0 000002",
		"udp4 *:41641 *:* - 71795/"},
	{"tcp4       0      0  127.0.0.1.5173         *.*                    LISTEN                0          0  131072  131072      0      0 00100 00000106 00000000017f35e4 00000001 00000800      1      0 000000",
		"tcp4 127.0.0.1:5173 *:* LISTEN -"},

	// cut off at the right
	{"tcp46      0      0  *.49201                *.*                    LISTEN                 0            0  131072  131072         rapportd:612    00100 00000006 0000000000",
		"tcp6 *:49201 *:* LISTEN 612/rapportd dual"},
	{"tcp4       0      0  127.0.0.1.58312        *.*                    LISTEN                 0            0  131072  131072 Code Helper (Plu:84517    00100 00000106",
		"tcp4 127.0.0.1:58312 *:* LISTEN 84517/Code Helper (Plu~"},
	{"tcp6 0 0 ::1.1089 *.* LISTEN 0 0 131072 131072 612 0",
		"tcp6 [::1]:1089 *:* LISTEN 612/"}, // blanks squeezed

	// 26: name and PID, with all that a name can hold
	{"tcp4       0      0  127.0.0.1.5173         *.*                    LISTEN                 0            0  131072  131072             node:13942  00100 00000106 00000000017f35e4 00000001 00000800      1      0 000000",
		"tcp4 127.0.0.1:5173 *:* LISTEN 13942/node"},
	{"tcp4       0      0  192.0.2.147.8080       *.*                    LISTEN                 0            0  131072  131072      Web Content (2):777  00180 00000006 00000000017df222 00000000 00000800      1      0 000000",
		"tcp4 192.0.2.147:8080 *:* LISTEN 777/Web Content (2)~"},
	{"tcp4       0      0  192.0.2.147.8080       *.*                    LISTEN                 0            0  131072  131072      a: b:c:777  00180 00000006 00000000017df222 00000000 00000800      1      0 000000",
		"tcp4 192.0.2.147:8080 *:* LISTEN 777/a: b:c"},
	{"tcp4       0      0  192.0.2.231.57473      198.51.100.17.443      ESTABLISHED        11632          553  131072  131600          2.1.207:21664  00102 00000008 0000000000228ad9 00000081 04002900      2      0 000000",
		"tcp4 192.0.2.231:57473 198.51.100.17:443 ESTABLISHED 21664/2.1.207"},
	{"tcp4       0      0  192.0.2.231.57473      198.51.100.17.443      ESTABLISHED        11632          553  131072  131600         7 Days:21664  00102 00000008 0000000000228ad9 00000081 04002900      2      0 000000",
		"tcp4 192.0.2.231:57473 198.51.100.17:443 ESTABLISHED 21664/7 Days"},
	{"tcp4       0      0  192.0.2.231.57473      198.51.100.17.443      ESTABLISHED        11632          553  131072  131600             1234:99  00102 00000008 0000000000228ad9 00000081 04002900      2      0 000000",
		"tcp4 192.0.2.231:57473 198.51.100.17:443 ESTABLISHED 99/1234"},
	{"udp6       0      0  2001:db8:2c72::9.5060  *.*                                      120446        17482  786896    9216       CommCenter:838    00000 00000000 00000000001fcc08 10000001 00000800      1      0 000002",
		`udp6 "2001:db8:2c72::9"~:5060 *:* - 838/CommCenter`},
	{"udp46      0      0  *.5353                 *.*                                      120446        17482  786896    9216    mDNSResponder:251    00000 00000000 00000000001fcc08 10000001 00000800      1      0 000002",
		"udp6 *:5353 *:* - 251/mDNSResponder dual"},
	{"tcp4       0      0  127.0.0.1.88           *.*                    LISTEN                 0            0  131072  131072      kernel_task:0      00100 00000106 00000000017f35e4 00000001 00000800      1      0 000000",
		"tcp4 127.0.0.1:88 *:* LISTEN 0/kernel_task"},
}

func TestMacOSRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "bsd", Hints{}, macSamples)
}

func TestColumnsThatAreNotThoseOfMacOSNameNobody(t *testing.T) {
	const row = "tcp4       0      0  192.0.2.7.22           198.51.100.4.50514     ESTABLISHED "
	const want = "tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED -"
	var samples []sample
	for _, tail := range []string{
		"1", "1 2 3", "1 2 3 4 5", "1 2 3 4 5 6 7", "131072 131072 x:y 00100", "131072 131072 node 00100",
		"1 2 3 4 node", "1 2 3 4 node:", "1 2 3 4 node:x", "1 2 3 4 node:1 more", ": 1 2 3 4",
	} {
		samples = append(samples, sample{row + tail, want})
	}
	testSamples(t, "bsd", Hints{}, samples)
}

func TestAMacOSHeaderIsKnown(t *testing.T) {
	got, sum := read(t, strings.NewReader(macHeader), Hints{})
	if len(got) != 0 || !sum.Header || sum.Skipped != 0 || sum.Format != "bsd" {
		t.Errorf("sockets %q, summary %+v", got, sum)
	}
}
