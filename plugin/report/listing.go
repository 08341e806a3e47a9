package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"check_netstat/parse"
)

// Footer is what is known of a listing as a whole.
type Footer struct {
	Origin
	// Unsure counts the items of which a hidden program decides whether more fits.
	Unsure int
	// Hint is what would show the hidden programs, "" for nothing.
	Hint string
}

// listing is a table of sockets. The first of them make the widths of the columns.
type listing struct {
	w         *bufio.Writer
	names     Names
	verbosity int
	grid      grid
	first     [][]cell // rows that wait for the widths
	n, hidden int
	err       error
}

// widthsFrom is the number of sockets that make the widths of the columns.
const widthsFrom = 1000

// Sockets begins a table of sockets.
func (tableForm) Sockets(w io.Writer, o Options) Listing {
	l := &listing{w: bufio.NewWriterSize(w, 64<<10), names: o.Names, verbosity: o.Verbosity}
	l.grid = grid{style: o.Style, give: []int{len(l.header()) - 1}}
	return l
}

func (l *listing) header() []cell {
	if l.verbosity > 0 {
		return header("", "LOCAL", "REMOTE", "STATE", "RECV-Q", "SEND-Q", "LIMIT", "RETRIES", "PROGRAM")
	}
	return header("", "LOCAL", "REMOTE", "STATE", "PROGRAM")
}

// Add writes one socket.
func (l *listing) Add(s *parse.Socket) {
	l.n++
	if s.Hidden {
		l.hidden++
	}
	texts := []string{s.Proto.String(), endpointText(s.Local, s.Device), endpointText(s.Remote, ""), s.StateText()}
	if l.verbosity > 0 {
		texts = append(texts, queueCells(&s.Queues)...)
	}
	row := header(append(texts, programText(s, l.names, l.verbosity >= 2))...)
	for i := range row {
		row[i].text = Clean(row[i].text)
	}
	row[3].color = socketColor(s)
	if l.n <= widthsFrom {
		l.first = append(l.first, row)
		return
	}
	l.printFirst()
	l.printRow(row)
}

// queueCells writes the queues, "-" if they are not shown.
func queueCells(q *parse.Queues) []string {
	cells := []string{"-", "-", "-", "-"}
	if q.Shown {
		cells[0], cells[1] = number(q.Recv), number(q.Send)
	}
	if q.HasLimit {
		cells[2] = number(q.Limit)
	}
	if q.Timer != parse.NoTimer {
		cells[3] = number(uint32(q.Retries))
	}
	return cells
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// printFirst writes the rows that wait, below the names of the columns.
func (l *listing) printFirst() {
	if len(l.first) == 0 {
		return
	}
	l.first = append([][]cell{l.header()}, l.first...)
	l.grid.fit(l.first)
	for _, row := range l.first {
		l.printRow(row)
	}
	l.first = nil
}

func (l *listing) printRow(row []cell) {
	var b strings.Builder
	l.grid.line(&b, row)
	l.print(b.String())
}

func (l *listing) print(text string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(text)
	}
}

// Close ends the table with what is known of the whole.
func (l *listing) Close(o Footer) error {
	l.printFirst()
	text := fmt.Sprintf("%s from %s, format %s, %s skipped", Plural(l.n, "socket"), Clean(o.Source), o.Format, Plural(o.Skipped, "line"))
	if l.hidden > 0 {
		text += "; " + Plural(l.hidden, "program") + " hidden"
	}
	if o.Unsure > 0 {
		text += "; hidden programs decide " + Plural(o.Unsure, "item")
	}
	if (l.hidden > 0 || o.Unsure > 0) && o.Hint != "" {
		text += "\n" + Clean(o.Hint)
	}
	l.print(text + "\n")
	if l.verbosity >= 2 {
		for _, s := range o.SkippedLines {
			l.print("skipped: " + Clean(s) + "\n")
		}
	}
	if l.verbosity >= 3 {
		l.print(Clean(fmt.Sprintf("source: %s, taken in %.3f s", o.Command, o.Took.Seconds())) + "\n")
	}
	if l.err == nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return fmt.Errorf("writing the sockets: %w", l.err)
	}
	return nil
}
