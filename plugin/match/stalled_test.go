package match_test

import (
	"strings"
	"testing"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

const ssTitle = "Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"

func TestASocketThatDoesNotWorkIsStalled(t *testing.T) {
	const (
		listens = "tcp   LISTEN 0      128    0.0.0.0:80 0.0.0.0:*\n"
		full    = "tcp   LISTEN 129    128    0.0.0.0:80 0.0.0.0:*\n"
		atLimit = "tcp   LISTEN 128    128    0.0.0.0:80 0.0.0.0:*\n"
		up      = "tcp   ESTAB  0      0      192.0.2.7:41000 198.51.100.4:443\n"
		lost    = "tcp   ESTAB  0      13     192.0.2.7:41001 198.51.100.4:443 timer:(on,12sec,7)\n"
		slow    = "tcp   ESTAB  0      13     192.0.2.7:41001 198.51.100.4:443 timer:(on,200ms,4)\n"
		probed  = "tcp   ESTAB  0      42944  192.0.2.7:41001 198.51.100.4:443 timer:(persist,12sec,5)\n"
		closed  = "tcp   ESTAB  0      42944  192.0.2.7:41001 198.51.100.4:443 timer:(persist,12sec,0)\n"
		alive   = "tcp   ESTAB  0      0      192.0.2.7:41001 198.51.100.4:443 timer:(keepalive,12sec,2)\n"
		dead    = "tcp   ESTAB  0      0      192.0.2.7:41001 198.51.100.4:443 timer:(keepalive,12sec,3)\n"
		unread  = "tcp   ESTAB  5000   0      192.0.2.7:41001 198.51.100.4:443\n"
		waits   = "tcp   TIME-WAIT 0   0      192.0.2.7:41002 198.51.100.4:443 timer:(timewait,12sec,0)\n"
	)
	for _, tt := range []struct {
		name    string
		header  string
		row     string // of a list
		rows    string // of ss
		stalled state.State
		want    state.State
		reason  string
	}{
		{"a queue with room", "L", "tcp,,80", listens, state.Warning, state.OK, "listening on"},
		{"a full queue", "L", "tcp,,80", full, state.Warning, state.Warning, "accept queue full at that moment: 129 waiting, limit 128: the program does not accept"},
		{"a queue at its limit takes one more", "L", "tcp,,80", atLimit, state.Warning, state.OK, ""},
		{"a full queue as CRITICAL", "L", "tcp,,80", full, state.Critical, state.Critical, ""},
		{"a full queue, turned off", "L", "tcp,,80", full, state.OK, state.OK, "listening on 0.0.0.0:80"},
		{"a full queue is there", "L", "tcp,,80,,absent", full, state.Warning, state.Critical, "there, but should not be"},
		{"a full queue, any", "L", "tcp,,80,,any", full, state.Warning, state.OK, ""},
		{"retransmissions", "C", "198.51.100.4,443", lost, state.Warning, state.Warning, "1 ESTABLISHED; 7 retransmissions unanswered, 13 bytes unacknowledged: the peer does not answer"},
		{"a few retransmissions", "C", "198.51.100.4,443", slow, state.Warning, state.OK, ""},
		{"one of two lives", "C", "198.51.100.4,443", up + lost, state.Warning, state.OK, "2 ESTABLISHED; 1 of them stalled; 7 retransmissions"},
		{"a vanished peer with a closed window", "C", "198.51.100.4,443", probed, state.Warning, state.Warning, "5 window probes unanswered, 42,944 bytes wait"},
		{"a peer that does not read", "C", "198.51.100.4,443", closed, state.Warning, state.OK, "the peer's window is closed, 42,944 bytes wait: it does not read"},
		{"two keep-alive probes", "C", "198.51.100.4,443", alive, state.Warning, state.OK, ""},
		{"three keep-alive probes", "C", "198.51.100.4,443", dead, state.Warning, state.Warning, "3 keep-alive probes unanswered"},
		{"a limit on what is not read", "C", "198.51.100.4,443,,,4999", unread, state.Warning, state.Warning, "5,000 bytes received, but not read, maxRecvQ 4,999"},
		{"within that limit", "C", "198.51.100.4,443,,,5000", unread, state.Warning, state.OK, ""},
		{"no limit, no judgement", "C", "198.51.100.4,443", unread, state.Warning, state.OK, ""},
		{"a limit on what is not acknowledged", "C", "198.51.100.4,443,,,,42000", closed, state.Warning, state.Warning, "maxSendQ 42,000"},
		{"a range counts stalled sockets", "C", "198.51.100.4,443,,2:", up + lost, state.Warning, state.Warning, "1 of them stalled"},
		{"but they do not hide its limit", "C", "198.51.100.4,443,,2:", up + lost, state.Critical, state.Critical, ""},
		{"a maximum is not undercut by them", "C", "198.51.100.4,443,,1", up + lost, state.Warning, state.Critical, "2 is outside"},
		{"TIME_WAIT is better than CRITICAL", "C", "198.51.100.4,443", lost + waits, state.Critical, state.Warning, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header, kind := "remoteIP,remotePort,expect,critical,maxRecvQ,maxSendQ\n", watch.Connection
			if tt.header == "L" {
				header, kind = "ipProtocol,localIP,localPort,procName,expect\n", watch.Listening
			}
			items := read(t, header+tt.row+"\n", kind)
			if items[0].Err != nil {
				t.Fatal(items[0].Err)
			}
			c := collected(t, items, ssTitle+tt.rows)
			v := host{}.verdicts(c, match.Policy{UnknownProcess: state.Unknown, Stalled: tt.stalled})[0]
			if v.State != tt.want || !strings.Contains(v.Reason, tt.reason) {
				t.Errorf("%s, %q; want %s, %q", v.State, v.Reason, tt.want, tt.reason)
			}
		})
	}
}

// TestAFullQueueOfALiveHostTakesTwoLooks: one that is full at the first look only
// is a healthy server.
func TestAFullQueueOfALiveHostTakesTwoLooks(t *testing.T) {
	items := []watch.Item{watch.AdHocPort("tcp:80")}
	for still, want := range map[bool]state.State{true: state.Warning, false: state.OK} {
		c := collected(t, items, ssTitle+"tcp LISTEN 129 128 0.0.0.0:80 0.0.0.0:* ino:7 sk:1 <->\n")
		questions := c.Questions(false)
		if len(questions.Full) != 1 || questions.Full[0].Inode != 7 {
			t.Fatalf("asked for %+v", questions.Full)
		}
		answers := host{}.answer(questions)
		answers.Full = map[uint32]bool{7: still}
		v := c.Judge(answers, match.Policy{Stalled: state.Warning})[0]
		if v.State != want || strings.Contains(v.Reason, "at that moment") {
			t.Errorf("still full %v: %s, %q; want %s", still, v.State, v.Reason, want)
		}
	}
}

func TestSocketsAreCountedByState(t *testing.T) {
	const rows = "tcp ESTAB 0 0 192.0.2.7:1 198.51.100.4:443\ntcp ESTAB 0 0 192.0.2.7:2 198.51.100.4:443\ntcp CLOSE-WAIT 1 0 192.0.2.7:3 198.51.100.4:443\nudp UNCONN 0 0 0.0.0.0:161 0.0.0.0:*\n"
	items := watch.AdHocCounts([]string{"ESTABLISHED,1", "CLOSE_WAIT,,0", "udp", "TIME_WAIT"})
	c := collected(t, items, ssTitle+rows)
	verdicts := host{}.verdicts(c, match.Policy{})
	for i, want := range []struct {
		n int
		s state.State
	}{{2, state.Warning}, {1, state.Critical}, {1, state.OK}, {0, state.OK}} {
		if v := verdicts[i]; v.Matched != want.n || v.Judged != want.n || v.State != want.s {
			t.Errorf("%s: %s, %d, %q; want %s, %d", v.Item.Key, v.State, v.Matched, v.Reason, want.s, want.n)
		}
	}
}
