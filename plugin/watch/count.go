package watch

import (
	"errors"
	"fmt"
	"strings"

	"check_netstat/parse"
)

// counted are the states that "all" counts, one item for each: those of RFC 9293
// as every system has them. A system's own (BOUND, IDLE) are counted by name.
var counted = [...]parse.State{
	parse.Established, parse.SynSent, parse.SynRecv, parse.FinWait1, parse.FinWait2, parse.TimeWait,
	parse.Closed, parse.CloseWait, parse.LastAck, parse.Listen, parse.Closing,
}

// The words of --count that are no TCP state.
const (
	countAll = "all"
	countUDP = "udp"
)

// AdHocCounts makes items of the values of --count: STATE[,WARN[,CRIT]], where
// STATE is a TCP state, "udp" or "all". "all" leaves out what another value
// counts, which has ranges for it.
func AdHocCounts(values []string) []Item {
	var items []Item
	given := map[string]bool{}
	for _, value := range values {
		if !isAll(value) {
			it := adHocCount(value)
			items = append(items, it)
			given[it.Key] = true
		}
	}
	for _, value := range values {
		if !isAll(value) {
			continue
		}
		for _, s := range counted {
			items = appendCount(items, given, countItem(parse.TCP, s, value))
		}
		items = appendCount(items, given, countItem(parse.UDP, parse.NoState, value))
	}
	return items
}

func isAll(value string) bool { return strings.EqualFold(value, countAll) }

func appendCount(items []Item, given map[string]bool, it Item) []Item {
	if given[it.Key] {
		return items
	}
	given[it.Key] = true
	return append(items, it)
}

func adHocCount(value string) Item {
	word, ranges, _ := strings.Cut(value, ",")
	warning, critical, _ := strings.Cut(ranges, ",")
	var it Item
	switch s, ok := parse.StateByName(word); {
	case strings.EqualFold(word, countUDP):
		it = countItem(parse.UDP, parse.NoState, value)
	case ok:
		it = countItem(parse.TCP, s, value)
	case isAll(word):
		it = badCount(value, "a range judges one state: give --count STATE,WARN,CRIT for each that has one")
	default:
		it = badCount(value, fmt.Sprintf("%q: not a TCP state such as CLOSE_WAIT, nor udp, nor all", word))
	}
	var c collector
	it.ranges(&c, warning, critical, "any")
	if it.Err == nil {
		it.Err = c.err()
	}
	it.typed(value)
	return it
}

func badCount(value, text string) Item {
	it := countItem(parse.TCP, parse.NoState, value)
	it.Err = RowError{{Err: errors.New(text)}}
	return it
}

// countItem counts the sockets of a protocol, for TCP those in one state.
func countItem(proto parse.Proto, s parse.State, value string) Item {
	it := Item{Kind: Count, Proto: proto, Expect: Any, Where: "--count " + value, OK: StatesOf(s)}
	it.Key = Count.String() + "/" + it.CountedText()
	return it
}

// Counted returns the TCP state whose sockets a count item counts; none is set
// for UDP.
func (it *Item) Counted() parse.State {
	for s := parse.Established; s < parse.OtherState; s++ {
		if it.OK.Has(s) {
			return s
		}
	}
	return parse.NoState
}

// CountedText returns what a count item counts: "CLOSE_WAIT", or "udp".
func (it *Item) CountedText() string {
	if it.Proto == parse.UDP {
		return countUDP
	}
	return it.Counted().String()
}
