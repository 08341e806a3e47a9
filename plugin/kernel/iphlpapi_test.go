package kernel

import (
	"strings"
	"testing"

	"check_netstat/parse"
)

// Tables as GetExtendedTcpTable and GetExtendedUdpTable return them, a row a
// line, below the number of rows.
var windowsTables = []struct {
	name  string
	table *ipTable
	bytes string
	want  []string
}{
	{"MIB_TCPTABLE_OWNER_PID", &ipTables[0], `03000000
		02000000 00000000 00870000 00000000 1d2f0000 b4030000
		05000000 c0000207 c7610000 c633641e 01bb0000 50160000
		0b000000 c0000207 c7620000 c633641e 01bb0000 00000000`, []string{
		"tcp4 0.0.0.0:135 0.0.0.0:0 LISTEN inode 0 pid 948",
		"tcp4 192.0.2.7:51041 198.51.100.30:443 ESTABLISHED inode 0 pid 5712",
		"tcp4 192.0.2.7:51042 198.51.100.30:443 TIME_WAIT inode 0",
	}},
	{"MIB_TCP6TABLE_OWNER_PID", &ipTables[1], `04000000
		00000000000000000000000000000000 00000000 01bd0000 00000000000000000000000000000000 00000000 00000000 02000000 04000000
		20010db8000000000000000000000007 00000000 c7610000 20010db8000000000000000000000030 00000000 01bb0000 08000000 50160000
		fe800000000000000000000000000001 0c000000 c23a0000 fe800000000000000000000000000002 0c000000 01bb0000 03000000 d4020000
		20010db8000000000000000000000007 00000000 c7620000 20010db8000000000000000000000030 00000000 01bb0000 63000000 50160000`, []string{
		"tcp6 :::445 :::0 LISTEN inode 0 v6only pid 4",
		"tcp6 2001:db8::7:51041 2001:db8::30:443 CLOSE_WAIT inode 0 pid 5712",
		"tcp6 fe80::1%12:49722 fe80::2%12:443 SYN_SENT inode 0 pid 724",
		"tcp6 2001:db8::7:51042 2001:db8::30:443 state 99 inode 0 pid 5712",
	}},
	{"MIB_UDPTABLE_OWNER_PID", &ipTables[2], `01000000
		c0000207 00a10000 1c0c0000`, []string{
		"udp4 192.0.2.7:161 0.0.0.0:0  inode 0 pid 3100",
	}},
	{"MIB_UDP6TABLE_OWNER_PID", &ipTables[3], `01000000
		fe800000000000000000000000000001 0c000000 02220000 bc040000`, []string{
		"udp6 fe80::1%12:546 :::0  inode 0 pid 1212",
	}},
}

func TestWindowsTablesMeanWhatTheyHold(t *testing.T) {
	for _, tt := range windowsTables {
		t.Run(tt.name, func(t *testing.T) {
			var s parse.Socket
			var got []string
			// The buffer is larger than the table, as it mostly is.
			b := append(unhex(t, tt.bytes), make([]byte, 100)...)
			n, err := tt.table.read(b, &s, func(s *parse.Socket) { got = append(got, meaning(s)) })
			if n != len(tt.want) || err != nil {
				t.Errorf("%d rows, %v", n, err)
			}
			equalLines(t, got, tt.want)
		})
	}
}

func TestWindowsStatesAreAllKnown(t *testing.T) {
	want := strings.Fields("CLOSED LISTEN SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT CLOSED")
	for i, name := range want {
		if got := windowsStates[i+1].String(); got != name {
			t.Errorf("MIB_TCP_STATE %d is %s, want %s", i+1, got, name)
		}
	}
}

func TestAWindowsTableThatIsCutIsAnError(t *testing.T) {
	for _, tt := range windowsTables {
		whole := unhex(t, tt.bytes)
		for _, n := range []int{0, 3, 4, len(whole) - 1} {
			_, err := tt.table.read(whole[:n], new(parse.Socket), func(*parse.Socket) { t.Errorf("%s: a row of a table cut to %d bytes", tt.name, n) })
			if err == nil {
				t.Errorf("%s: no error at %d bytes", tt.name, n)
			}
		}
		huge := append([]byte{0xff, 0xff, 0xff, 0xff}, whole[4:]...)
		if _, err := tt.table.read(huge, new(parse.Socket), func(*parse.Socket) {}); err == nil {
			t.Errorf("%s: no error for 4294967295 rows", tt.name)
		}
	}
}

// FuzzWindowsTables: whatever comes is read or refused, and read within its
// bounds.
func FuzzWindowsTables(f *testing.F) {
	for i, tt := range windowsTables {
		f.Add(unhex(f, tt.bytes), i)
	}
	f.Fuzz(func(t *testing.T, in []byte, which int) {
		table := &ipTables[uint(which)%uint(len(ipTables))]
		visited := 0
		n, err := table.read(in, new(parse.Socket), func(s *parse.Socket) {
			visited++
			if !s.Local.Addr.IsValid() || !s.Remote.Addr.IsValid() || (s.State == parse.OtherState) != (s.Word != "") {
				t.Errorf("unsound: %s", meaning(s))
			}
		})
		if n != visited || n*table.rowLen+4 > len(in) && err == nil {
			t.Errorf("%d rows of %d bytes, %v", n, len(in), err)
		}
	})
}

func BenchmarkWindowsTable(b *testing.B) {
	in := unhex(b, windowsTables[1].bytes)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	var s parse.Socket
	for b.Loop() {
		if _, err := ipTables[1].read(in, &s, func(*parse.Socket) {}); err != nil {
			b.Fatal(err)
		}
	}
}
