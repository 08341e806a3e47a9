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

// Text writes the result for a monitoring system: one line with the state, the
// summary and all perfdata, then lines about items. Perfdata stands on the
// first line because Icinga 2.13 misreads it on a later one.
//
// verbosity 0 has a line for each item that is not OK, 1 for each item, 2 adds
// their sockets, 3 where the sockets came from. Where the text would be longer
// than limit bytes, lines about items go first, then the items' perfdata.
func Text(w io.Writer, c *Check, verbosity, limit int) error {
	head := c.State.String() + ": " + c.summary() + " |"
	for _, d := range c.totals() {
		head += metric(d)
	}
	room := limit - len(head) - 1 // its line end
	body := c.body(verbosity)
	lengths := 0
	for _, line := range body {
		lengths += len(line) + 1
	}
	var metrics []string
	for _, d := range c.itemData() {
		metrics = append(metrics, metric(d))
		lengths += len(metrics[len(metrics)-1])
	}
	reserve := 0
	if lengths > room { // something is cut: there must be room to say so
		reserve = len(moreLine(len(body), 99999)) + 1
	}
	var values strings.Builder
	cut := 0
	for _, m := range metrics {
		if values.Len()+len(m) > room-reserve {
			cut++
			continue
		}
		values.WriteString(m)
	}
	room -= values.Len()
	return emit(w, c.State, head+values.String()+fitLines(body, room, cut))
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

// fitLines joins as many lines as there is room for, and says how many more
// there are, and how many items' perfdata was cut.
func fitLines(lines []string, room, cutData int) string {
	total := 0
	for _, line := range lines {
		total += len(line) + 1
	}
	shown := len(lines)
	if total > room || cutData > 0 {
		for shown > 0 && (total > room-len(moreLine(len(lines)-shown, cutData))-1) {
			shown--
			total -= len(lines[shown]) + 1
		}
	}
	var b strings.Builder
	for _, line := range lines[:shown] {
		b.WriteString("\n" + line)
	}
	if left := len(lines) - shown; left > 0 || cutData > 0 {
		if line := moreLine(left, cutData); len(line)+1 <= room-total {
			b.WriteString("\n" + line)
		}
	}
	return b.String()
}

func moreLine(lines, cutData int) string {
	text := fmt.Sprintf("+%d more", lines)
	if cutData > 0 {
		text += fmt.Sprintf(", perfdata of %s cut", Plural(cutData, "item"))
	}
	return text
}

// body returns the lines below the first.
func (c *Check) body(verbosity int) []string {
	var lines []string
	problems := c.Problems
	if len(problems) == 1 && len(c.Verdicts) == 0 {
		problems = nil // the first line has said it
	}
	for _, p := range problems {
		lines = append(lines, "["+state.Unknown.String()+"] "+Clean(p))
	}
	if verbosity >= 3 { // before the items, which may leave no room
		o := &c.Origin
		lines = append(lines,
			"source: "+Clean(o.Source+", "+o.Command),
			fmt.Sprintf("snapshot: format %s, %s, %s skipped, taken in %.3f s",
				o.Format, Plural(o.Sockets, "socket"), Plural(o.Skipped, "line"), o.Took.Seconds()))
		lines = append(lines, c.Sampling.lines()...)
		lines = append(lines,
			fmt.Sprintf("run: %.3f s, tested at %s", c.Elapsed.Seconds(), c.TestedAt.Format("2006-01-02T15:04:05Z07:00")))
	}
	unexpected := c.Unexpected
	for _, v := range c.worstFirst() {
		if unexpected != nil && v.State <= unexpected.State {
			lines = append(lines, unexpectedLines(unexpected, verbosity)...)
			unexpected = nil
		}
		if v.State == state.OK && verbosity < 1 {
			break
		}
		lines = append(lines, itemLine(v))
		if verbosity >= 2 {
			for i := range v.Sockets {
				lines = append(lines, "    "+Clean(socketLine(&v.Sockets[i], c.Names)))
			}
			if n := v.Matched - len(v.Sockets); n > 0 && len(v.Sockets) > 0 {
				lines = append(lines, fmt.Sprintf("    +%d more", n))
			}
		}
	}
	if unexpected != nil {
		lines = append(lines, unexpectedLines(unexpected, verbosity)...)
	}
	if verbosity >= 2 && c.Origin.Skipped > 0 {
		lines = append(lines, "skipped "+Plural(c.Origin.Skipped, "line")+", no sockets:")
		for _, s := range c.Origin.SkippedLines {
			lines = append(lines, "    "+Clean(s))
		}
	}
	return lines
}

func itemLine(v *match.Verdict) string {
	line := "[" + v.State.String() + "] " + v.Item.Key + ": " + Clean(v.Reason)
	if v.Item.Comment != "" {
		line += " (" + Clean(v.Item.Comment) + ")"
	}
	return line
}

// lines says how many snapshots were taken, where more than one was asked for.
func (s *Sampling) lines() []string {
	if s.Of <= 1 {
		return nil
	}
	text := fmt.Sprintf("samples: %d of %d taken", s.Taken, s.Of)
	if s.Failed > 0 {
		text += fmt.Sprintf(", %d failed: %s", s.Failed, Clean(s.LastError))
	}
	return []string{text}
}
