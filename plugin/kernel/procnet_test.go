package kernel

import (
	"context"
	"errors"
	"strings"
	"testing"

	"check_netstat/parse"
)

const (
	procTCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 070200C0:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1639226 1 0000000036a59aeb 100 0 0 10 0                   
   1: 070200C0:1F90 1E6433C6:C350 01 00000000:00000000 00:00000000 00000000     0        0 1639230 1 0000000057bb65ec 20 0 0 10 -1                   
   2: 1E6433C6:C353 070200C0:1F90 06 00000000:00000000 03:00001759 00000000     0        0 0 3 0000000026fdc027                                      
`
	procTCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1639227 1 00000000fa565893 100 0 0 10 0
   1: 000080FE000000000000000007000000:0222 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1639238 1 00000000e9501c0a 100 0 0 10 0
   3: 0000000000000000FFFF0000070200C0:01BB 0000000000000000FFFF00001E6433C6:C351 01 00000000:00000000 00:00000000 00000000     0        0 1639232 1 00000000fe62eedb 20 0 0 10 -1
   4: B80D0120000000000000000007000000:20FB B80D0120000000000000000007000000:C352 0C 00000000:00000000 00:00000000 00000000     0        0 1639234 1 000000007e21b470 20 0 0 10 -1
`
	procUDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
 7481: 070200C0:00A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1639239 2 00000000ac18be26 0       
14552: 1E6433C6:9C40 070200C0:00A1 01 00000000:00000000 00:00000000 00000000     0        0 1639241 2 0000000077e717e3 0       
`
)

func always() error { return nil }

func readTable(p *procReader, text string) error { return p.read(strings.NewReader(text), always) }

func TestProcRowsMeanWhatTheKernelHolds(t *testing.T) {
	for _, tt := range []struct {
		name, table string
		proto       parse.Proto
		want        []string
	}{
		{"tcp", procTCP, parse.TCP, []string{
			"tcp4 192.0.2.7:8080 0.0.0.0:0 LISTEN inode 1639226",
			"tcp4 192.0.2.7:8080 198.51.100.30:50000 ESTABLISHED inode 1639230",
			"tcp4 198.51.100.30:50003 192.0.2.7:8080 TIME_WAIT inode 0",
		}},
		{"tcp6", procTCP6, parse.TCP, []string{
			"tcp6 :::443 :::0 LISTEN inode 1639227",
			"tcp6 fe80::7:546 :::0 LISTEN inode 1639238",
			"tcp6 ::ffff:192.0.2.7:443 ::ffff:198.51.100.30:50001 ESTABLISHED inode 1639232",
			"tcp6 2001:db8::7:8443 2001:db8::7:50002 SYN_RECV inode 1639234",
		}},
		{"udp", procUDP, parse.UDP, []string{
			"udp4 192.0.2.7:161 0.0.0.0:0  inode 1639239",
			"udp4 198.51.100.30:40000 192.0.2.7:161  inode 1639241",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			p := newProcReader(nil, tt.proto, func(s *parse.Socket) { got = append(got, meaning(s)) })
			if err := readTable(p, tt.table); err != nil {
				t.Error(err)
			}
			equalLines(t, got, tt.want)
		})
	}
}

func TestProcRowsThatComeAgainCountOnce(t *testing.T) {
	header, rows, _ := strings.Cut(procTCP, "\n")
	reuseport := "   3: 070200C0:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1639300 1 0000000036a59aec 100 0 0 10 0\n"
	waiting := "   4: 070200C0:1F90 1E6433C6:C350 06 00000000:00000000 03:00001759 00000000     0        0 0 3 0000000026fdc028\n"
	p := newProcReader(nil, parse.TCP, func(*parse.Socket) {})
	if err := readTable(p, header+"\n"+rows+rows+reuseport+waiting); err != nil {
		t.Fatal(err)
	}
	// A second listener is another socket; the TIME_WAIT is what is left of the
	// connection that was seen before.
	if p.sockets != 4 || p.duplicates != 4 {
		t.Errorf("%d sockets, %d duplicates; want 3 and the second listener, 3 and the TIME_WAIT", p.sockets, p.duplicates)
	}
}

func TestProcRowsThatAreNotWantedAreNotRemembered(t *testing.T) {
	want := Query{{Proto: parse.TCP, Listening: true, LocalPorts: []parse.PortRange{{First: 8080, Last: 8080}}}}
	p := newProcReader(want, parse.TCP, func(*parse.Socket) {})
	if err := readTable(p, procTCP); err != nil || p.sockets != 1 || len(p.seen) != 1 {
		t.Errorf("%d sockets, %d remembered, %v", p.sockets, len(p.seen), err)
	}
}

func TestAProcTableThatIsNotWholeIsAnError(t *testing.T) {
	header, rows, _ := strings.Cut(procTCP, "\n")
	row, _, _ := strings.Cut(rows, "\n")
	for name, text := range map[string]string{
		"empty":             "",
		"no header":         row + "\n",
		"cut within a row":  procTCP[:len(procTCP)-20],
		"an odd address":    header + "\n" + strings.Replace(row, "070200C0", "070200C", 1) + "\n",
		"an odd digit":      header + "\n" + strings.Replace(row, "070200C0", "070200c0", 1) + "\n",
		"an odd port":       header + "\n" + strings.Replace(row, ":1F90", ":11F90", 1) + "\n",
		"two families":      header + "\n" + strings.Replace(row, " 00000000:0000", " 00000000000000000000000000000000:0000", 1) + "\n",
		"no inode":          header + "\n" + strings.Replace(row, " 1639226 ", " ? ", 1) + "\n",
		"too few fields":    header + "\n   0: 070200C0:1F90 00000000:0000 0A\n",
		"an endless row":    header + "\n" + strings.Repeat("0", 2*procLine) + "\n",
		"an empty row":      header + "\n\n",
		"a row of no state": header + "\n" + strings.Replace(row, " 0A ", " 0Z ", 1) + "\n",
	} {
		if err := readTable(newProcReader(nil, parse.TCP, func(*parse.Socket) {}), text); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestReadingProcEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := newProcReader(nil, parse.TCP, func(*parse.Socket) { cancel() })
	if err := p.read(strings.NewReader(procTCP), ctx.Err); !errors.Is(err, context.Canceled) || p.sockets != 1 {
		t.Errorf("%d sockets, %v", p.sockets, err)
	}
}

// FuzzProc: whatever stands there is read or refused.
func FuzzProc(f *testing.F) {
	for _, text := range []string{procTCP, procTCP6, procUDP} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, udp bool) {
		proto := parse.TCP
		if udp {
			proto = parse.UDP
		}
		n := 0
		p := newProcReader(nil, proto, func(s *parse.Socket) {
			n++
			if !s.Local.Addr.IsValid() || s.Local.Addr.BitLen() != s.Remote.Addr.BitLen() || (s.State == parse.OtherState) != (s.Word != "") {
				t.Errorf("unsound: %s", meaning(s))
			}
		})
		err := p.read(strings.NewReader(string(in)), always)
		if n != p.sockets || err == nil && n+p.duplicates != strings.Count(string(in), "\n")-1 {
			t.Errorf("%d sockets, %d duplicates of %d lines, %v", n, p.duplicates, strings.Count(string(in), "\n"), err)
		}
	})
}

func BenchmarkProc(b *testing.B) {
	b.SetBytes(int64(len(procTCP6)))
	b.ReportAllocs()
	for b.Loop() {
		p := newProcReader(nil, parse.TCP, func(*parse.Socket) {})
		if err := readTable(p, procTCP6); err != nil {
			b.Fatal(err)
		}
	}
}
