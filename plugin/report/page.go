package report

import (
	"fmt"
	"strings"
)

// rank says what is kept if the text would be too long. The first line up to the
// totals is always kept; then come the lines of items that are not OK, with
// problems and hints, then more about them, their perfdata, the lines of items
// that are OK, and their perfdata.
type rank int

const (
	othersLines rank = iota
	details
	othersPerfdata
	okLines
	okPerfdata
	ranks
)

// piece is a value or a line that may be cut.
type piece struct {
	text string
	rank rank
}

// page is a text that must not be longer than its limit.
type page struct {
	head    string // state, summary and totals
	metrics []piece
	lines   []piece
	limit   int // in bytes, with the line end
}

func (p *page) line(r rank, text string) { p.lines = append(p.lines, piece{"\n" + text, r}) }

// String puts together what there is room for, without the last line end. Nothing
// is kept of a rank below one of which something is cut.
func (p *page) String() string {
	room := p.limit - len(p.head) - 1
	whole := 0
	for _, pieces := range [...][]piece{p.metrics, p.lines} {
		for _, x := range pieces {
			whole += len(x.text)
		}
	}
	if whole > room {
		room -= len(p.more(0, 0)) // there must be room to say so
	}
	metrics, lines := make([]bool, len(p.metrics)), make([]bool, len(p.lines))
	for r, full := rank(0), false; r < ranks && !full; r++ {
		full = keep(p.lines, lines, r, &room) || keep(p.metrics, metrics, r, &room)
	}
	var b strings.Builder
	b.WriteString(p.head)
	keptMetrics, keptLines := join(&b, p.metrics, metrics), join(&b, p.lines, lines)
	if more := p.more(keptLines, keptMetrics); b.Len()+len(more) < p.limit {
		b.WriteString(more)
	}
	return b.String()
}

// keep marks the pieces of a rank that there is room for, in their order, and
// reports whether there is no more.
func keep(pieces []piece, kept []bool, r rank, room *int) (full bool) {
	for i, x := range pieces {
		if x.rank != r {
			continue
		}
		if len(x.text) > *room {
			return true
		}
		kept[i] = true
		*room -= len(x.text)
	}
	return false
}

func join(b *strings.Builder, pieces []piece, kept []bool) (n int) {
	for i, x := range pieces {
		if kept[i] {
			b.WriteString(x.text)
			n++
		}
	}
	return n
}

// more says how many lines, and the perfdata of how many items, are not there.
func (p *page) more(lines, metrics int) string {
	lines, metrics = len(p.lines)-lines, len(p.metrics)-metrics
	switch {
	case lines == 0 && metrics == 0:
		return ""
	case metrics == 0:
		return fmt.Sprintf("\n+%d more", lines)
	}
	return fmt.Sprintf("\n+%d more, perfdata of %s cut", lines, Plural(metrics, "item"))
}
