package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	nagios "github.com/atc0005/go-nagios"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
)

// textForm is the form for a monitoring system, and for a person who reads its
// messages.
type textForm struct{}

// HasSockets reports whether the text shows the sockets of the items.
func (textForm) HasSockets(verbosity int) bool { return verbosity >= 2 }

// Check writes one line with the state, the summary and all perfdata, then lines
// about items. Perfdata stands on the first line because Icinga 2.13 misreads it
// on a later one. On a terminal there is none.
//
// Verbosity 0 has a line for each item that is not OK, 1 for each item, 2 adds
// their sockets, 3 where the sockets came from.
func (textForm) Check(w io.Writer, c *Check, o Options) error {
	p := page{limit: o.Limit, head: c.State.String() + ": " + c.summary()}
	if !o.Style.Terminal {
		p.head += " |"
		for _, d := range c.totals() {
			p.head += metric(d)
		}
		c.addMetrics(&p)
	}
	c.addLines(&p, o.Verbosity)
	return emit(w, c.State, p.String())
}

// emit lets go-nagios write the result, as plugins with it do. It gets the
// whole text as service output: its own layout puts perfdata last.
func emit(w io.Writer, s state.State, text string) error {
	var out bytes.Buffer
	p := nagios.Plugin{ServiceOutput: text, ExitStatusCode: s.ExitCode()}
	p.SetOutputTarget(&out)
	p.SkipOSExit()
	p.ReturnCheckResults()
	out.WriteByte('\n')
	_, err := w.Write(out.Bytes())
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

func (c *Check) addMetrics(p *page) {
	labels := c.labels()
	for i := range c.Verdicts {
		rank := othersPerfdata
		if c.Verdicts[i].State == state.OK {
			rank = okPerfdata
		}
		if m := itemMetric(&c.Verdicts[i], labels[i]); m != "" {
			p.metrics = append(p.metrics, piece{m, rank})
		}
	}
}

// addLines adds the lines below the first.
func (c *Check) addLines(p *page, verbosity int) {
	c.addProblems(p)
	if verbosity >= 3 { // before the items, which may leave no room
		c.addOrigin(p)
	}
	for _, v := range c.worstFirst() {
		if v.State == state.OK && verbosity < 1 {
			break
		}
		c.addItem(p, v, verbosity)
	}
	if verbosity >= 2 && c.Origin.Skipped > 0 {
		p.line(details, "skipped "+Plural(c.Origin.Skipped, "line")+", no sockets:")
		for _, s := range c.Origin.SkippedLines {
			p.line(details, "    "+Clean(s))
		}
	}
	for _, hint := range c.hints() {
		p.line(othersLines, Clean(hint))
	}
}

func (c *Check) addProblems(p *page) {
	if len(c.Problems) == 1 && len(c.Verdicts) == 0 {
		return // the first line has said it
	}
	for _, problem := range c.Problems {
		p.line(othersLines, "["+state.Unknown.String()+"] "+Clean(problem))
	}
}

// addOrigin says where the sockets came from, and when.
func (c *Check) addOrigin(p *page) {
	o := &c.Origin
	p.line(details, "source: "+Clean(o.Source+", "+o.Command))
	p.line(details, fmt.Sprintf("snapshot: format %s, %s, %s skipped, taken in %.3f s",
		o.Format, Plural(o.Sockets, "socket"), Plural(o.Skipped, "line"), o.Took.Seconds()))
	if s := &c.Sampling; s.Of > 1 {
		text := fmt.Sprintf("samples: %d of %d taken", s.Taken, s.Of)
		if s.Failed > 0 {
			text += fmt.Sprintf(", %d failed: %s", s.Failed, Clean(s.LastError))
		}
		p.line(details, text)
	}
	p.line(details, fmt.Sprintf("run: %.3f s, tested at %s", c.Elapsed.Seconds(), c.TestedAt.Format("2006-01-02T15:04:05Z07:00")))
}

// addItem adds the line of a verdict and, if they are asked for, those of its
// sockets. The only item of a result has its line in the first one.
func (c *Check) addItem(p *page, v *match.Verdict, verbosity int) {
	line, rest := othersLines, details
	if v.State == state.OK {
		line, rest = okLines, okLines
	}
	if v.Item.Kind.IsUnexpected() {
		for _, row := range unexpectedRows(v) {
			p.line(line, "["+v.State.String()+"] unexpected: "+Clean(row))
		}
		return
	}
	if _, whole := singleText(v); c.single() == nil || !whole || verbosity > 0 {
		p.line(line, itemLine(v))
	}
	if verbosity < 2 {
		return
	}
	for i := range v.Sockets {
		p.line(rest, "    "+Clean(socketLine(&v.Sockets[i], c.Names)))
	}
	if n := v.Matched - len(v.Sockets); n > 0 && len(v.Sockets) > 0 {
		p.line(rest, fmt.Sprintf("    +%d more", n))
	}
	for i := range v.Others {
		mark := "  (does not match)"
		if v.Others[i].Hidden {
			mark = "  (may match)"
		}
		p.line(rest, "    "+Clean(socketLine(&v.Others[i], c.Names))+mark)
	}
}

func itemLine(v *match.Verdict) string {
	return "[" + v.State.String() + "] " + v.Item.Key + ": " + withComment(Clean(v.Reason), Clean(v.Item.Comment))
}

// Items writes a table of them.
func (textForm) Items(w io.Writer, l *Items, o Options) error { return tableForm{}.Items(w, l, o) }

// Lint writes a line for each finding, "file:line:column: error: text", and one
// with their number.
func (textForm) Lint(w io.Writer, l *Lint, _ Options) error {
	var b strings.Builder
	for i := range l.Findings {
		f := &l.Findings[i]
		b.WriteString(Clean(fmt.Sprintf("%s: %s: %s", f.Place, f.Severity, f.Text)) + "\n")
	}
	b.WriteString(l.tally() + "\n")
	return writeAll(w, b.String(), "findings")
}

// Sockets begins a table of them.
func (textForm) Sockets(w io.Writer, o Options) Listing { return tableForm{}.Sockets(w, o) }

func writeAll(w io.Writer, text, what string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing the %s: %w", what, err)
	}
	return nil
}
