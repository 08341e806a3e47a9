package parse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// sample is a line as a system printed it, beside what it means in the form
// of meaning.
type sample struct {
	line string
	want string
}

// meaning writes everything that a Socket says on one line:
//
//	tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd
//
// A name in place of an address is quoted, "~" ends what may be cut, "!" begins
// a state's word that is not known, and "-" stands for no state and no owner.
// The inode and whether the socket takes IPv6 only follow where they are told.
func meaning(s *Socket) string {
	family := ""
	if s.Family != 0 {
		family = fmt.Sprint(int(s.Family))
	}
	state := s.StateText()
	switch s.State {
	case NoState:
		state = "-"
	case OtherState:
		state = "!" + s.Word
	}
	var owners []string
	for _, o := range s.Owners {
		owners = append(owners, fmt.Sprintf("%d/%s%s", o.PID, o.Name, cutMark(o.Cut)))
	}
	if owners == nil {
		owners = []string{"-"}
	}
	var more string
	if s.Inode != 0 {
		more = fmt.Sprintf(" ino:%d", s.Inode)
	}
	if s.Device != "" {
		more += " dev:" + s.Device
	}
	if len(s.Services) > 0 {
		more += " service:" + strings.Join(s.Services, ",")
	}
	if s.ProtoUnsure {
		more += " or the other protocol"
	}
	return fmt.Sprintf("%v%s %s %s %s %s", s.Proto, family,
		endpointMeaning(s.Local), endpointMeaning(s.Remote), state, strings.Join(owners, ",")) +
		more + map[Tri]string{Yes: " v6only", No: " dual"}[s.V6Only]
}

func endpointMeaning(e Endpoint) string {
	host := e.Host
	switch {
	case e.Addr.Is4():
		host = e.Addr.String()
	case e.Addr.IsValid():
		host = "[" + e.Addr.String() + "]"
	case host != "*":
		host = fmt.Sprintf("%q", host)
	}
	port := e.Service
	if port == "" {
		port = "*"
		if e.Port != 0 {
			port = fmt.Sprint(e.Port)
		}
	}
	return host + cutMark(e.Cut) + ":" + port
}

func cutMark(cut bool) string {
	if cut {
		return "~"
	}
	return ""
}

// read returns the meaning of each socket in text.
func read(t testing.TB, r io.Reader, h Hints) ([]string, Summary) {
	t.Helper()
	var got []string
	sum, err := Netstat(r, h, func(s *Socket) { got = append(got, meaning(s)) })
	if err != nil {
		t.Fatalf("Netstat: %v", err)
	}
	if sum.Sockets != len(got) {
		t.Errorf("Summary.Sockets = %d, but %d were visited", sum.Sockets, len(got))
	}
	return got, sum
}

// testSamples reads each line on its own, as the fragment that grep left.
func testSamples(t *testing.T, format string, h Hints, samples []sample) {
	t.Helper()
	for _, s := range samples {
		got, sum := read(t, strings.NewReader(s.line), h)
		if !slices.Equal(got, []string{s.want}) {
			t.Errorf("%s\n got %q\nwant %q", s.line, got, s.want)
		}
		if sum.Format != format || sum.Skipped != 0 || sum.Broken != 0 {
			t.Errorf("%s\nformat %q, skipped %d, broken %d; want %q, 0, 0", s.line, sum.Format, sum.Skipped, sum.Broken, format)
		}
	}
}

// testBroken reads each line between two that are whole, and wants it counted
// and the others read.
func testBroken(t *testing.T, whole sample, lines []string) {
	t.Helper()
	for _, line := range lines {
		got, sum := read(t, strings.NewReader(whole.line+"\n"+line+"\n"+whole.line+"\n"), Hints{})
		if got = slices.Compact(got); !slices.Equal(got, []string{whole.want}) {
			t.Errorf("%s\n got %q\nwant only %q", line, got, whole.want)
		}
		if sum.Broken != 1 || sum.Skipped != 1 {
			t.Errorf("%s\nbroken %d, skipped %d; want 1, 1", line, sum.Broken, sum.Skipped)
		}
		if !slices.Equal(sum.SkippedLines, []string{line}) {
			t.Errorf("samples %q, want the line %q", sum.SkippedLines, line)
		}
	}
}

// equal compares the meanings of a whole output.
func equal(t *testing.T, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

const mixedDialects = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     21024    1/init               /run/systemd/private

Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948
  RpcSs
 [svchost.exe]

Netid  State   Recv-Q  Send-Q  Local Address:Port  Peer Address:Port Process
tcp    ESTAB   0       0       192.0.2.7:22        198.51.100.4:50514 users:(("sshd",pid=2101,fd=4))
	 cubic wscale:7,7 rto:204
tcp6       0      0 :::80                   :::*                    LISTEN      678/httpd           
  UDP    0.0.0.0:161            *:*                                    3100
`

func TestSeveralDialectsInOneFileAreAllRead(t *testing.T) {
	got, sum := read(t, strings.NewReader(mixedDialects), Hints{})
	equal(t, got, []string{
		"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd",
		"tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/svchost.exe service:RpcSs",
		"tcp4 192.0.2.7:22 198.51.100.4:50514 ESTABLISHED 2101/sshd",
		"tcp6 [::]:80 [::]:* LISTEN 678/httpd",
		"udp4 0.0.0.0:161 *:* - 3100/",
	})
	if !sum.Header || sum.Broken != 0 || sum.Skipped != 3 || sum.Listening+sum.Connected+sum.UDP != sum.Sockets || sum.Format != "windows" {
		t.Errorf("summary %+v; want a header, 0 broken, 3 skipped (the unix section), 4 named, windows last", sum)
	}
}

func TestRowsOfAnyDialectFollowRowsOfAnyOther(t *testing.T) {
	rows := []sample{
		{"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd", "tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd"},
		{"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948", "tcp4 0.0.0.0:135 0.0.0.0:* LISTEN 948/"},
		{`tcp   LISTEN 0      128    0.0.0.0:80   0.0.0.0:*    users:(("nginx",pid=812,fd=6))`, "tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx"},
		{"  tcp        0      0 0.0.0.0:25              0.0.0.0:*               LISTEN      900/master", "tcp4 0.0.0.0:25 0.0.0.0:* LISTEN 900/master"},
	}
	for _, first := range rows {
		for _, second := range rows {
			got, sum := read(t, strings.NewReader(first.line+"\n"+second.line+"\n"), Hints{})
			equal(t, got, []string{first.want, second.want})
			if sum.Skipped != 0 {
				t.Errorf("%d lines skipped in\n%s\n%s", sum.Skipped, first.line, second.line)
			}
		}
	}
}

const threeRows = `tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      657/sshd
tcp6       0      0 :::80                   :::*                    LISTEN      678/httpd           

udp        0      0 0.0.0.0:68              0.0.0.0:*                           441/dhclient
`

var threeMeanings = []string{
	"tcp4 0.0.0.0:22 0.0.0.0:* LISTEN 657/sshd",
	"tcp6 [::]:80 [::]:* LISTEN 678/httpd",
	"udp4 0.0.0.0:68 0.0.0.0:* - 441/dhclient",
}

func utf16Bytes(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestEncodingsAndLineEndsDoNotMatter(t *testing.T) {
	crlf := strings.ReplaceAll(threeRows, "\n", "\r\n")
	for name, text := range map[string]string{
		"LF":                          threeRows,
		"CRLF":                        crlf,
		"last line without end":       strings.TrimSuffix(threeRows, "\n"),
		"CRLF, last line without end": strings.TrimSuffix(crlf, "\r\n"),
		"UTF-8 with BOM":              "\ufeff" + threeRows,
		"UTF-16LE with BOM, CRLF":     utf16Bytes(binary.LittleEndian, crlf),
		"UTF-16BE with BOM":           utf16Bytes(binary.BigEndian, threeRows),
	} {
		t.Run(name, func(t *testing.T) {
			got, sum := read(t, strings.NewReader(text), Hints{})
			equal(t, got, threeMeanings)
			if sum.Skipped != 0 {
				t.Errorf("%d lines skipped: %q", sum.Skipped, sum.SkippedLines)
			}
			got, _ = read(t, iotest.OneByteReader(strings.NewReader(text)), Hints{})
			equal(t, got, threeMeanings)
		})
	}
}

func TestAnOverlongLineIsSkippedOnceAndTheRowsAfterItAreRead(t *testing.T) {
	for _, length := range []int{maxLine, maxLine + 1, 2 * maxLine, 3*maxLine + 17} {
		got, sum := read(t, strings.NewReader(strings.Repeat("x", length)+"\n"+threeRows), Hints{})
		equal(t, got, threeMeanings)
		if sum.Skipped != 1 || sum.Broken != 0 || len(sum.SkippedLines) != 1 || len(sum.SkippedLines[0]) != sampleLen {
			t.Errorf("length %d: skipped %d, broken %d, samples %q; want one skipped and its beginning", length, sum.Skipped, sum.Broken, sum.SkippedLines)
		}
	}
}

func TestTheLongestLineIsReadAndALongerRowIsBroken(t *testing.T) {
	row := func(length int) string {
		const head = `tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6))`
		return head + strings.Repeat(" ", length-len(head))
	}
	got, sum := read(t, strings.NewReader(row(maxLine-1)+"\n"), Hints{})
	equal(t, got, []string{"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN 812/nginx"})
	if sum.Skipped != 0 {
		t.Errorf("skipped %d, want 0", sum.Skipped)
	}
	got, sum = read(t, strings.NewReader(row(maxLine+1)+"\n"), Hints{})
	equal(t, got, nil)
	if sum.Skipped != 1 || sum.Broken != 1 {
		t.Errorf("skipped %d, broken %d; want 1, 1: a row was lost", sum.Skipped, sum.Broken)
	}
}

func TestTheSocketIsReusedAndAClonesValuesStay(t *testing.T) {
	var in strings.Builder
	for i := range 100 {
		fmt.Fprintf(&in, "tcp LISTEN 0 128 0.0.0.0:%d 0.0.0.0:* users:((\"w%d\",pid=%d,fd=6),(\"w%d\",pid=%d,fd=6))\n", i+1, i, i+1, i, i+1001)
	}
	places := map[*Socket]bool{}
	var clones []Socket
	if _, err := Netstat(strings.NewReader(in.String()), Hints{}, func(s *Socket) {
		places[s] = true
		clones = append(clones, s.Clone())
	}); err != nil {
		t.Fatal(err)
	}
	if len(places) > 2 {
		t.Errorf("%d sockets were made for 100 rows, want at most 2", len(places))
	}
	if len(clones) != 100 {
		t.Fatalf("%d sockets, want 100", len(clones))
	}
	for i, c := range clones {
		want := fmt.Sprintf("tcp4 0.0.0.0:%d 0.0.0.0:* LISTEN %d/w%d,%d/w%d", i+1, i+1, i, i+1001, i)
		if got := meaning(&c); got != want {
			t.Errorf("clone %d is now %s, want %s", i, got, want)
		}
	}
}

func TestAnOutputInWhichNothingIsKnownIsNoError(t *testing.T) {
	for _, in := range []string{
		"", "\n\n", " ", "\x00", "bash: netstat: command not found\n", "<html>\r\n</html>", "\xff\xfe", "\ufeff",
	} {
		got, sum := read(t, strings.NewReader(in), Hints{})
		if len(got) != 0 || sum.Header || sum.Format != "" || sum.Broken != 0 {
			t.Errorf("%q: sockets %q, summary %+v; want nothing", in, got, sum)
		}
	}
}

func TestSkippedLinesAreCountedAndTheFirstAreShownShortened(t *testing.T) {
	in := strings.Repeat("y", 500) + "\n\nb\nc\n   \nd\ne\nf\ng\n"
	_, sum := read(t, strings.NewReader(in), Hints{})
	want := []string{strings.Repeat("y", sampleLen), "b", "c", "d", "e"}
	if sum.Skipped != 7 || !slices.Equal(sum.SkippedLines, want) {
		t.Errorf("skipped %d, samples %q; want 7, %q", sum.Skipped, sum.SkippedLines, want)
	}
}

func TestTheReadersErrorIsReturnedAfterTheRowsBeforeIt(t *testing.T) {
	cause := errors.New("pipe broke")
	r := io.MultiReader(strings.NewReader(threeRows), iotest.ErrReader(cause))
	visited := 0
	sum, err := Netstat(r, Hints{}, func(*Socket) { visited++ })
	if !errors.Is(err, cause) || visited != 3 || sum.Sockets != 3 {
		t.Errorf("err %v, visited %d, summary %d; want %v, 3, 3", err, visited, sum.Sockets, cause)
	}
}

func TestRowsThatNoDialectKnowsAreBroken(t *testing.T) {
	testBroken(t, sample{threeRows[:strings.IndexByte(threeRows, '\n')], threeMeanings[0]}, []string{
		"tcp4       0      0  192.0.2.7.22",
		"tcp4       0      0  192.0.2.7.70000        198.51.100.4.50514     ESTABLISHED",
		"tcp        0      0  192.0.2.7              198.51.100.4.50514     ESTABLISHED",
		"  TCP    192.0.2.7  198.51.100.30  ESTABLISHED",
		"tcp    NO-SUCH-STATE  0  0  192.0.2.7:22  198.51.100.4:50514",
		"udp?",
	})
}

func TestNamesAreKeptOnceUntilThereAreTooMany(t *testing.T) {
	p := parser{names: map[string]string{}}
	for i := range maxInterns + 10 {
		name := fmt.Appendf(nil, "name%d", i)
		if got := p.intern(name); got != string(name) {
			t.Fatalf("intern(%q) = %q", name, got)
		}
	}
	if len(p.names) != maxInterns {
		t.Errorf("%d names kept, want %d", len(p.names), maxInterns)
	}
	known := []byte("name7")
	if allocs := testing.AllocsPerRun(100, func() { p.intern(known) }); allocs != 0 {
		t.Errorf("a known name costs %v allocations, want 0", allocs)
	}
}

func TestFieldsAreSeparatedByBlanks(t *testing.T) {
	for in, want := range map[string][2]string{
		"":          {"", ""},
		"  ":        {"", ""},
		"a":         {"a", ""},
		"  a   b c": {"a", "b c"},
	} {
		f, rest := field([]byte(in))
		if !bytes.Equal(f, []byte(want[0])) || !bytes.Equal(rest, []byte(want[1])) {
			t.Errorf("field(%q) = %q, %q; want %q", in, f, rest, want)
		}
	}
}
