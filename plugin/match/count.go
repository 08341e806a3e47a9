package match

import (
	"check_netstat/parse"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// counts are the sockets of a snapshot by state, for items that count them.
type counts struct {
	tcp   [parse.NumStates]int
	udp   int
	items bool // an item counts
}

func (c *counts) add(s *parse.Socket) {
	if s.Proto == parse.UDP {
		c.udp++
	} else {
		c.tcp[s.State]++
	}
}

// count judges an item that counts: OK unless its ranges alert. Sockets whose
// state is not known may be in the one that it counts.
func (j *judge) count(it *watch.Item) Verdict {
	v := Verdict{Item: it, Warning: it.Warning, Critical: it.Critical}
	n, doubtful := j.c.counts.udp, 0
	if it.Proto != parse.UDP {
		n = j.c.counts.tcp[it.Counted()]
		doubtful = j.c.counts.tcp[parse.NoState] + j.c.counts.tcp[parse.OtherState]
		v.States[it.Counted()] = n
	}
	v.Matched, v.Judged = n, n
	doubtful += j.c.uncounted(it)
	missing := j.policy.missing(it)
	if missing != "" {
		doubtful += manyMissing
	}
	var certain bool
	v.State, certain = v.possibleStates(tally{ok: n}, tally{ok: doubtful})
	v.Reason = plural(uint32(n), it.CountedText()+" socket")
	switch {
	case certain && (n > 0 || missing == ""):
		v.Reason += v.alerts()
	case missing != "":
		v.State = state.Unknown
		v.Reason += " seen, but " + missing
	default:
		v.State = state.Unknown
		v.Reason += ", and " + plural(uint32(doubtful), "socket") + " in a state that is not known"
	}
	return v
}
