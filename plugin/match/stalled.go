package match

import (
	"fmt"
	"strconv"

	"check_netstat/parse"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// A socket is stalled if it is in a good state, but does not work: the program
// does not accept, the peer does not answer, or a queue is longer than its item
// allows.

// stall is why a socket is stalled.
type stall uint8

const (
	notStalled stall = iota
	queueFull        // more connections wait than the accept queue holds
	noAnswer         // retransmissions, window probes or keep-alive probes are unanswered
	recvQueue        // over the item's maxRecvQ
	sendQueue        // over the item's maxSendQ
)

// How often a peer may leave unanswered what is sent again. Among busy
// connections over a link that loses one packet in twenty each way, two was the
// most that was seen; keep-alive probes are a minute apart.
const (
	maxUnanswered = 5
	maxKeepalives = 3
)

// stallOf says why the socket is stalled, as far as one look tells.
func stallOf(it *watch.Item, s *parse.Socket) stall {
	q := &s.Queues
	switch {
	case !q.Shown:
		return notStalled
	case s.Listening() && isFull(q):
		return queueFull
	case !s.Listening() && unanswered(q):
		return noAnswer
	case it.MaxRecvQ.Exceeded(q.Recv):
		return recvQueue
	case it.MaxSendQ.Exceeded(q.Send):
		return sendQueue
	}
	return notStalled
}

// isFull reports whether more connections wait than the limit lets in:
// sk_acceptq_is_full of Linux, and half as many again on BSD and macOS
// (sooverflow).
func isFull(q *parse.Queues) bool {
	limit := uint64(q.Limit)
	if q.Lenient {
		limit += limit / 2
	}
	return q.HasLimit && uint64(q.Recv) > limit
}

func unanswered(q *parse.Queues) bool {
	switch q.Timer {
	case parse.Retransmit, parse.Persist:
		return q.Retries >= maxUnanswered
	case parse.Keepalive:
		return q.Retries >= maxKeepalives
	}
	return false
}

// stalledNow says why the sockets of a group are stalled. A listener of this
// host whose queue was full at the first look only is not: healthy servers are
// full for moments.
func (j *judge) stalledNow(it *watch.Item, g *group) stall {
	switch {
	case j.policy.Stalled == state.OK, !good(it, &g.socket):
		return notStalled
	case g.stall == queueFull && j.answers.Full != nil && !j.answers.Full[g.socket.Inode]:
		return notStalled
	}
	return g.stall
}

// good reports whether the state of the socket is one of the item's good ones.
func good(it *watch.Item, s *parse.Socket) bool {
	return it.Kind == watch.Listening || it.OK.Has(s.State)
}

// askQueues asks for a second look at the listeners whose accept queue is full.
func (c *Collector) askQueues(q *questions) {
	for i := range c.selectors {
		for _, g := range c.selectors[i].order {
			if g.stall == queueFull {
				q.Full = append(q.Full, g.socket)
			}
		}
	}
}

// stallText gives the figures of a stalled socket.
func (j *judge) stallText(it *watch.Item, s *parse.Socket, why stall) string {
	q := &s.Queues
	switch why {
	case queueFull:
		moment := ""
		if j.answers.Full == nil {
			moment = " at that moment"
		}
		return fmt.Sprintf("accept queue full%s: %s waiting, limit %s: the program does not accept", moment, number(q.Recv), number(q.Limit))
	case noAnswer:
		return unansweredText(q) + ": the peer does not answer"
	case recvQueue:
		if s.Listening() && s.Proto == parse.TCP {
			return fmt.Sprintf("%s waiting to be accepted, maxRecvQ %s", plural(q.Recv, "connection"), number(it.MaxRecvQ.Max))
		}
		return fmt.Sprintf("%s received, but not read, maxRecvQ %s: the program does not read", plural(q.Recv, "byte"), number(it.MaxRecvQ.Max))
	case sendQueue:
		return fmt.Sprintf("%s sent, but not acknowledged, maxSendQ %s", plural(q.Send, "byte"), number(it.MaxSendQ.Max))
	}
	return ""
}

func unansweredText(q *parse.Queues) string {
	n := uint32(q.Retries)
	switch q.Timer {
	case parse.Persist:
		return fmt.Sprintf("%s unanswered, %s", plural(n, "window probe"), waiting(q.Send))
	case parse.Keepalive:
		return plural(n, "keep-alive probe") + " unanswered"
	}
	return fmt.Sprintf("%s unanswered, %s unacknowledged", plural(n, "retransmission"), plural(q.Send, "byte"))
}

func waiting(bytes uint32) string {
	if bytes == 1 {
		return "1 byte waits"
	}
	return plural(bytes, "byte") + " wait"
}

// queueNotes says what the queues tell of sockets that are not stalled: a peer
// that does not read, and connections that wait where no limit is shown.
func queueNotes(it *watch.Item, parts []*owned) string {
	for _, p := range parts {
		q := &p.group.socket.Queues
		switch {
		case p.closed > 0 && p.stall == notStalled:
			return "; the peer's window is closed, " + waiting(p.closed) + ": it does not read"
		case listening(it) && it.Proto == parse.TCP && q.Shown && !q.HasLimit && q.Recv > 0:
			return "; " + plural(q.Recv, "connection") + " waiting to be accepted"
		}
	}
	return ""
}

// plural returns a number with its noun.
func plural(n uint32, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// number writes a number in groups of three digits.
func number(n uint32) string {
	text := strconv.FormatUint(uint64(n), 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
