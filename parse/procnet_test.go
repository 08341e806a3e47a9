package parse

import (
	"strings"
	"testing"
)

const (
	procTCPHeader = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	procUDPHeader = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
)

var procTCPSamples = []sample{
	{"   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5236698 1 0000000000000000 100 0 0 10 0",
		"tcp4 0.0.0.0:80 0.0.0.0:* LISTEN - ino:5236698"},
	{"   3: 070200C0:A028 076433C6:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 5237110 1 0000000000000000 20 4 30 10 -1",
		"tcp4 192.0.2.7:41000 198.51.100.7:443 ESTABLISHED - ino:5237110"},
	{"   4: 070200C0:1B59 076433C6:ABE0 06 00000000:00000000 03:00001759 00000000     0        0 0 3 0000000000000000",
		"tcp4 192.0.2.7:7001 198.51.100.7:44000 TIME_WAIT -"},
	{"   8: 070200C0:0050 076433C6:C738 0C 00000000:00000000 01:00000014 00000001     0        0 0 1 0000000000000000",
		"tcp4 192.0.2.7:80 198.51.100.7:51000 SYN_RECV -"},
	{"   2: B80D0120000000000000000010000000:A02E B80D0120BBBBAAAADDDDCCCC0700EEEE:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 5237113 1 0000000000000000 20 4 30 10 -1",
		"tcp6 [2001:db8::10]:41006 [2001:db8:aaaa:bbbb:cccc:dddd:eeee:7]:443 ESTABLISHED - ino:5237113"},
}

var procUDPSamples = []sample{
	{" 6191: 00000000:00A1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5237120 2 0000000000000000 0",
		"udp4 0.0.0.0:161 0.0.0.0:* - - ino:5237120"},
	{" 6353: 00000000000000000000000001000000:0143 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5237119 2 0000000000000000 0",
		"udp6 [::1]:323 [::]:* - - ino:5237119"},
}

func TestProcNetRowsMeanWhatTheyShow(t *testing.T) {
	testSamples(t, "procnet", Hints{}, procTCPSamples)
	testSamples(t, "procnet", Hints{}, procUDPSamples)
}

func TestBrokenProcNetRowsAreCountedAndNeverFatal(t *testing.T) {
	testBroken(t, procTCPSamples[0], []string{
		"   3: 070200C0:A028 076433C6:01BB 01 00000000:00000000",
		"   3: 070200C0:A028 076433C6:01B",
		"   3: 070200C0:A028 076433C6:01BB 0G 00000000:00000000 00:00000000 00000000  1000        0 5237110 1",
	})
}

func TestATitleSaysWhichTableFollows(t *testing.T) {
	raw := strings.Replace(procUDPSamples[0].line, "00A1", "0001", 1)
	got, sum := read(t, strings.NewReader("==> /proc/net/tcp <==\n"+procTCPHeader+procTCPSamples[0].line+"\n\n==> /proc/net/udp <==\n"+
		procUDPHeader+procUDPSamples[0].line+"\n\n==> /proc/net/raw <==\n"+procUDPHeader+raw+"\n"), Hints{})
	equal(t, got, []string{procTCPSamples[0].want, procUDPSamples[0].want})
	if sum.Broken != 0 || sum.Skipped != 1 {
		t.Errorf("summary %+v; want the raw socket skipped", sum)
	}
}

func TestTablesThatAreMissingAreTold(t *testing.T) {
	for in, want := range map[string]Missing{
		procTCPHeader + procTCPSamples[0].line: {TCP6: true},
		procUDPHeader + procUDPSamples[1].line: {},
		procTCPSamples[4].line:                 {TCP4: true},
		procUDPSamples[0].line:                 {UDP6: true},
		ssHeader + ssSamples[0].line:           {},
	} {
		if _, sum := read(t, strings.NewReader(in), Hints{}); sum.Missing != want {
			t.Errorf("%s: %+v, want %+v", in, sum.Missing, want)
		}
	}
}

func TestQueuesAndTimersOfProcNet(t *testing.T) {
	for line, want := range map[string]Queues{
		"0: 070200C0:A028 076433C6:01BB 01 0000000D:00000102 01:00000014 00000007  0 0 5237110": {Shown: true, Send: 13, Recv: 258, Timer: Retransmit, Retries: 7},
		"0: 070200C0:A028 076433C6:01BB 01 00000000:00000000 02:00000014 00000000  0 3 5237110": {Shown: true, Timer: Keepalive, Retries: 3},
		"0: 070200C0:A028 076433C6:01BB 01 00000001:00000000 04:00000014 00000000  0 5 5237110": {Shown: true, Send: 1, Timer: Persist, Retries: 5},
		"0: 070200C0:A028 076433C6:01BB 06 00000000:00000000 03:00000014 00000000  0 0 0":       {Shown: true, Timer: TimeWaits},
	} {
		s := Socket{Proto: TCP}
		if !ReadProcNet([]byte(line), false, &s) || s.Queues != want {
			t.Errorf("%s: %+v, want %+v", line, s.Queues, want)
		}
	}
}

func FuzzProcNet(f *testing.F) { fuzzDialect(f, procTCPHeader, procTCPSamples) }
