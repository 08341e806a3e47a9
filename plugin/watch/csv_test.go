package watch

import (
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

// brief shows an item as "line key", or "line !key" where it cannot be judged.
func brief(items []Item) []string {
	var out []string
	for _, it := range items {
		mark := ""
		if it.Err != nil {
			mark = "!"
		}
		out = append(out, strings.TrimPrefix(it.Where, "list.csv:")+" "+mark+it.Key)
	}
	return out
}

// read reads a list in which the whole is as it should be.
func read(t *testing.T, text string, kind Kind) []Item {
	t.Helper()
	items, errs := Read(strings.NewReader(text), "list.csv", kind)
	if len(errs) > 0 {
		t.Fatalf("errors about the list: %v", errs)
	}
	return items
}

func utf16Text(text string, order binary.AppendByteOrder) string {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func TestReadDecodesTheEncodingsOfWindowsAndUnix(t *testing.T) {
	const list = "remoteIP,remoteName,remotePort,procName,comment\r\n192.0.2.1,,80,CcmExec,für Büro\r\n"
	windows1252 := strings.NewReplacer("ü", "\xfc").Replace(list)
	for name, text := range map[string]string{
		"UTF-8":              list,
		"UTF-8 with BOM":     "\xef\xbb\xbf" + list,
		"UTF-16LE with BOM":  utf16Text(list, binary.LittleEndian),
		"UTF-16BE with BOM":  utf16Text(list, binary.BigEndian),
		"Windows-1252":       windows1252,
		"UTF-8, LF":          strings.ReplaceAll(list, "\r\n", "\n"),
		"UTF-8, CR":          strings.ReplaceAll(list, "\r\n", "\r"),
		"UTF-8, no last end": strings.TrimSuffix(list, "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			items := read(t, text, Connection)
			if got, want := brief(items), []string{"2 connection/192.0.2.1:80/CcmExec"}; !slices.Equal(got, want) {
				t.Fatalf("items %q, want %q", got, want)
			}
			if got := items[0].Comment; got != "für Büro" {
				t.Errorf("comment %q, want %q", got, "für Büro")
			}
		})
	}
}

func TestReadTakesEveryFormOfARow(t *testing.T) {
	const header = "remoteIP,remoteName,remotePort,procName,comment\n"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"comma", header + "192.0.2.1,,80,p,c\n", []string{"2 connection/192.0.2.1:80/p"}},
		{"semicolon", "remoteIP;remoteName;remotePort;procName;comment\n192.0.2.1;;80;p;a,b\n", []string{"2 connection/192.0.2.1:80/p"}},
		{"tab, empty fields kept", "remoteIP\tremoteName\tremotePort\tprocName\n\texample.com\t80\tp\n", []string{"2 connection/example.com:80/p"}},
		{"header in capitals", "REMOTEIP,REMOTEPORT\n192.0.2.1,80\n", []string{"2 connection/192.0.2.1:80/"}},
		{"header in another order", "comment,procname,remoteport,remotename\nc,p,80,example.com\n", []string{"2 connection/example.com:80/p"}},
		{"blanks around names and fields", " remoteIP , remotePort , procName \n 192.0.2.1 , 80 , p \n", []string{"2 connection/192.0.2.1:80/p"}},
		{"comment and blank lines, above the header too", "\n# a \"quoted\" remark, with comma\n   \n" + header + "#192.0.2.1,,80\n\n192.0.2.2,,81\n  \n# it's \"open\n192.0.2.3,,82\n",
			[]string{"7 connection/192.0.2.2:81/", "10 connection/192.0.2.3:82/"}},
		{"rows of separators are blank", header + ",,,,\n192.0.2.1,,80\n , , ,\n;\n", []string{"3 connection/192.0.2.1:80/", "5 !connection/_:/"}},
		{"short row", header + "192.0.2.1,,80\n192.0.2.2\n", []string{"2 connection/192.0.2.1:80/", "3 !connection/192.0.2.2:/"}},
		{"overlong by empty fields", header + "192.0.2.1,,80,p,c,,,\n", []string{"2 connection/192.0.2.1:80/p"}},
		{"quoted", header + `"192.0.2.1","","80","p","say ""hi"", please"` + "\n", []string{"2 connection/192.0.2.1:80/p"}},
		{"line break in quotes", header + "192.0.2.1,,80,p,\"one\ntwo\"\n192.0.2.2,,81,q,\n", []string{"2 connection/192.0.2.1:80/p", "4 connection/192.0.2.2:81/q"}},
		{"CRLF in quotes", "remoteIP,remotePort,comment\r\n192.0.2.1,80,\"one\r\n\r\ntwo\"\r\n192.0.2.2,81\r\n", []string{"2 connection/192.0.2.1:80/", "5 connection/192.0.2.2:81/"}},
		{"stray quote within a field", header + "192.0.2.1,,80\n192.0.2.2,,81,a\"b\n192.0.2.3,,82\n", []string{"2 connection/192.0.2.1:80/", "3 !connection/:/", "4 connection/192.0.2.3:82/"}},
		{"quote never closed", header + "192.0.2.1,,80,\"p\n\n192.0.2.2,,81\n# remark\n192.0.2.3,,82\n", []string{"2 !connection/:/", "4 connection/192.0.2.2:81/", "6 connection/192.0.2.3:82/"}},
		{"quotes never closed, twice", header + "192.0.2.1,,80,\"p\n192.0.2.2,,81\n192.0.2.3,,82,\"p\n192.0.2.4,,83\n",
			[]string{"2 !connection/:/", "3 connection/192.0.2.2:81/", "4 !connection/:/", "5 connection/192.0.2.4:83/"}},
		{"stray quote below a quoted line break", header + "192.0.2.1,,80,p,\"a\nb\"\n192.0.2.2,,81,\"x\"y\n192.0.2.3,,82\n",
			[]string{"2 connection/192.0.2.1:80/p", "4 !connection/:/", "5 connection/192.0.2.3:82/"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := brief(read(t, tt.text, Connection)); !slices.Equal(got, tt.want) {
				t.Errorf("items\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

func TestReadKeepsTheCommentWhole(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"separators beyond the last column", "remoteIP,remotePort,comment\n192.0.2.1,80,one, two,three\n", "one,two,three"},
		{"semicolons", "remoteIP;remotePort;comment\n192.0.2.1;80;one;two\n", "one;two"},
		{"another separator", "remoteIP;remotePort;comment\n192.0.2.1;80;one, two\n", "one, two"},
		{"quoted line break", "remoteIP,remotePort,comment\n192.0.2.1,80,\"one\ntwo\"\n", "one\ntwo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items := read(t, tt.text, Connection)
			if len(items) != 1 || items[0].Err != nil || items[0].Comment != tt.want {
				t.Errorf("items %+v, want one with the comment %q", items, tt.want)
			}
		})
	}
}

func TestReadRefusesARowWiderThanItsListWithoutComment(t *testing.T) {
	items := read(t, "remoteIP,comment,remotePort\n192.0.2.1,c,80,x,y\n192.0.2.2,c,81,\n", Connection)
	if got, want := brief(items), []string{"2 !connection/192.0.2.1:80/", "3 connection/192.0.2.2:81/"}; !slices.Equal(got, want) {
		t.Fatalf("items %q, want %q", got, want)
	}
	if text := items[0].Err.Error(); !strings.Contains(text, "5 fields") || !strings.Contains(text, "3 columns") {
		t.Errorf("error %q does not count fields and columns", text)
	}
}

func TestReadTakesNetstatWatchersListeningList(t *testing.T) {
	items := read(t, "ipProtocol,localIP,localPort,procName,comment\r\nudp,127.0.0.1,49740,dfsrs\r\nudp,,161,snmp\r\ntcp,,10115,endpoint,perfdata\r\n", Listening)
	want := []string{"2 listening/udp/127.0.0.1:49740/dfsrs", "3 listening/udp/any:161/snmp", "4 listening/tcp/any:10115/endpoint"}
	if got := brief(items); !slices.Equal(got, want) {
		t.Errorf("items %q, want %q", got, want)
	}
	if items[2].Comment != "perfdata" {
		t.Errorf("comment %q, want perfdata", items[2].Comment)
	}
}

func TestReadReportsWhatIsWrongWithTheList(t *testing.T) {
	for _, tt := range []struct {
		name  string
		kind  Kind
		text  string
		items int
		want  []string // each in the error of the same index
	}{
		{"empty", Connection, "", 0, []string{"list.csv: empty: a list begins with its columns: remoteIP,"}},
		{"only a BOM", Connection, "\xef\xbb\xbf", 0, []string{"list.csv: empty"}},
		{"only remarks", Listening, "# none\n\n", 0, []string{"list.csv: empty: a list begins with its columns: ipProtocol,"}},
		{"header only", Connection, "remoteIP,remotePort\n", 0, []string{"list.csv: empty: there is no row"}},
		{"header and blank rows only", Connection, "remoteIP,remotePort\n\n,\n#x\n", 0, []string{"list.csv: empty: there is no row"}},
		{"unknown column", Connection, "#\nremoteIP,remotePort,procNmae\n192.0.2.1,80,p\n", 1, []string{`list.csv:2: unknown column "procnmae"`}},
		{"a column of the other kind", Listening, "ipProtocol,localPort,remoteIP\ntcp,80,\n", 1, []string{`list.csv:1: unknown column "remoteip"`}},
		{"doubled column", Connection, "remoteIP,remotePort,RemotePort\n192.0.2.1,80,81\n", 1, []string{`list.csv:1: column "remoteport" twice`}},
		{"no remote", Connection, "remotePort,procName\n80,p\n", 0, []string{"list.csv:1: required column missing: remoteIP or remoteName"}},
		{"no remotePort", Connection, "remoteIP,procName\n192.0.2.1,p\n", 0, []string{"list.csv:1: required column missing: remotePort"}},
		{"no ipProtocol", Listening, "localIP,localPort\n,80\n", 0, []string{"list.csv:1: required column missing: ipProtocol"}},
		{"no localPort", Listening, "ipProtocol,localIP\ntcp,\n", 0, []string{"list.csv:1: required column missing: localPort"}},
		{"the other kind of list", Listening, "remoteIP,remotePort\n192.0.2.1,80\n", 0,
			[]string{"required column missing: ipProtocol: this is a connections list: give it with --connections"}},
		{"the other kind, the other way", Connection, "ipProtocol,localPort\ntcp,80\n", 0,
			[]string{"this is a listening list: give it with --listening"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			items, errs := Read(strings.NewReader(tt.text), "list.csv", tt.kind)
			if len(items) != tt.items {
				t.Errorf("%d items, want %d", len(items), tt.items)
			}
			if len(errs) != len(tt.want) {
				t.Fatalf("errors %v, want %d", errs, len(tt.want))
			}
			for i, want := range tt.want {
				if !strings.Contains(errs[i].Error(), want) {
					t.Errorf("error %q does not hold %q", errs[i], want)
				}
			}
		})
	}
}

func TestReadNamesTheListThatCannotBeRead(t *testing.T) {
	broken := errors.New("input/output error")
	items, errs := Read(iotest.ErrReader(broken), "list.csv", Connection)
	if len(items) != 0 || len(errs) != 1 || !errors.Is(errs[0], broken) || !strings.Contains(errs[0].Error(), "list.csv") {
		t.Errorf("items %v, errors %v, want the read error with the file's name", items, errs)
	}
}

// endless is a list without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestReadRefusesAListThatIsTooLarge(t *testing.T) {
	_, errs := Read(endless{}, "list.csv", Connection)
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "larger than 8 MiB") {
		t.Errorf("errors %v, want one about the size", errs)
	}
}

func TestReadDoesNotDependOnTheSizeOfReads(t *testing.T) {
	text := "remoteIP,remotePort\n192.0.2.1,80\n"
	for _, r := range []io.Reader{iotest.OneByteReader(strings.NewReader(text)), iotest.DataErrReader(strings.NewReader(text))} {
		items, errs := Read(r, "list.csv", Connection)
		if len(items) != 1 || len(errs) != 0 {
			t.Errorf("%T: items %v, errors %v", r, items, errs)
		}
	}
}

func TestReadFillsEveryColumn(t *testing.T) {
	items := read(t, "remoteIP,remotePort,procName,comment,name,warning,critical,expect,okStates,warningStates,localIP,localPort\n"+
		"192.0.2.0/24,80 443,p,c,my key,2:,1:,any,ESTABLISHED SYN_SENT,CLOSE_WAIT,198.51.100.1,1024-2000\n", Connection)
	it := items[0]
	got := fmt.Sprint(it.Err, it.Key, " ", it.Remote, " ", it.RemotePorts, " ", it.Program, " ", it.Comment, " ", it.Warning, " ", it.Critical, " ", it.Expect, " ", it.Local, " ", it.LocalPorts)
	if want := "<nil>my_key 192.0.2.0/24 80 443 p c 2: 1: any 198.51.100.1 1024-2000"; got != want {
		t.Errorf("item %q, want %q", got, want)
	}
}
