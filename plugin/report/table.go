package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"check_netstat/plugin/lint"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// tableForm is the form for a person at a terminal.
type tableForm struct{}

// HasSockets is false: a table has one row for each item.
func (tableForm) HasSockets(int) bool { return false }

// The columns of a check's table.
const (
	stateColumn = iota
	itemColumn
	matchedColumn
	reasonColumn
	commentColumn
	keyColumn
)

// Check writes the summary, then every item, worst first. In a narrow terminal
// columns are left out, and then a reason has lines of its own: it is never cut.
func (tableForm) Check(w io.Writer, c *Check, o Options) error {
	rows := [][]cell{header("STATE", "ITEM", "MATCHED", "REASON", "COMMENT", "KEY")}
	add := func(s state.State, item, matched, reason, comment, key string) {
		row := plainRow(s.String(), item, matched, reason, comment, key)
		row[stateColumn].color = stateColor(s)
		rows = append(rows, row)
	}
	for _, p := range c.Problems {
		add(state.Unknown, "", "", p, "", "")
	}
	for _, v := range c.worstFirst() {
		if v.Item.Kind.IsUnexpected() {
			for _, row := range unexpectedRows(v) {
				add(v.State, "unexpected", "", row, "", "")
			}
			continue
		}
		add(v.State, v.Item.Display(), strconv.Itoa(v.Matched), v.Reason, v.Item.Comment, v.Item.Key)
	}
	var b strings.Builder
	b.WriteString(o.Style.paint(c.State.String(), stateColor(c.State)) + ": " + c.summary() + "\n")
	writeChecked(&b, rows, o.Style)
	for _, hint := range c.hints() {
		b.WriteString(Clean(hint) + "\n")
	}
	return writeAll(w, b.String(), "table")
}

// writeChecked writes the rows of a check, in as many columns as fit.
func writeChecked(b *strings.Builder, rows [][]cell, style Style) {
	columns := []int{stateColumn, itemColumn, matchedColumn, reasonColumn, commentColumn, keyColumn}
	for _, drop := range []int{-1, keyColumn, matchedColumn, commentColumn} {
		columns = without(columns, drop)
		g := grid{style: style}
		some := pick(rows, columns)
		if g.fit(some); g.fits() {
			g.write(b, some)
			return
		}
	}
	g := grid{style: style}
	columns = []int{stateColumn, itemColumn, matchedColumn}
	g.fit(pick(rows, columns))
	if !g.fits() {
		columns = []int{stateColumn, itemColumn}
	}
	g = grid{style: style}
	some := pick(rows, columns)
	g.fit(some)
	for i, row := range some {
		g.line(b, row)
		if i > 0 {
			text := rows[i][reasonColumn].text
			if comment := rows[i][commentColumn].text; comment != none {
				text = withComment(text, comment)
			}
			writeIndented(b, text, style.Width)
		}
	}
}

func without(all []int, one int) []int {
	var rest []int
	for _, n := range all {
		if n != one {
			rest = append(rest, n)
		}
	}
	return rest
}

// pick returns the rows with only these columns.
func pick(rows [][]cell, columns []int) [][]cell {
	some := make([][]cell, len(rows))
	for i, row := range rows {
		for _, n := range columns {
			some[i] = append(some[i], row[n])
		}
	}
	return some
}

// writeIndented writes text in lines of at most width columns; a longer word is
// broken.
func writeIndented(b *strings.Builder, text string, width int) {
	const indent = "    "
	room := max(width-len(indent), minCut)
	line := ""
	flush := func() {
		if line != "" {
			b.WriteString(indent + line + "\n")
		}
		line = ""
	}
	for word := range strings.FieldsSeq(text) {
		for columns(word) > room {
			flush()
			head := prefix(word, room)
			line, word = head, word[len(head):]
			flush()
		}
		if line != "" && columns(line)+1+columns(word) > room {
			flush()
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	flush()
}

// prefix is the longest beginning of text that is n columns wide, at least one
// character.
func prefix(text string, n int) string {
	for i, r := range text {
		if n -= runeColumns(r); n < 0 && i > 0 {
			return text[:i]
		}
	}
	return text
}

// Items are the watch items, and what is wrong with their lists as a whole.
type Items struct {
	Items    []watch.Item
	Problems []string
}

// Items writes the watch items.
func (tableForm) Items(w io.Writer, l *Items, o Options) error {
	rows := [][]cell{header("KEY", "WATCHES", "PROGRAM", "EXPECT", "COMMENT")}
	for i := range l.Items {
		it := &l.Items[i]
		watches, comment, c := it.Endpoint(), it.Comment, plainColor
		if it.Err != nil {
			watches, comment = "", "cannot be judged: "+it.Err.Error()+" ("+it.Where+")"
			c = stateColor(state.Unknown)
		}
		row := plainRow(it.Key, watches, programOf(it), it.Expect.String(), comment)
		row[0].color, row[4].color = c, c
		rows = append(rows, row)
	}
	head := ""
	for _, p := range l.Problems {
		head += o.Style.paint(state.Unknown.String(), stateColor(state.Unknown)) + ": " + Clean(p) + "\n"
	}
	return writeTable(w, head, rows, grid{style: o.Style, give: []int{4, 2, 1}})
}

// programOf is the program and the service of an item as an ad-hoc item has them.
func programOf(it *watch.Item) string {
	text := it.Program.String()
	if it.Service.IsAny() {
		return text
	}
	return strings.TrimSpace(text + " service:" + it.Service.String())
}

// Lint writes a row for each finding, and a line with their number.
func (tableForm) Lint(w io.Writer, l *Lint, o Options) error {
	rows := [][]cell{header("PLACE", "SEVERITY", "FINDING")}
	for i := range l.Findings {
		f := &l.Findings[i]
		row := plainRow(f.String(), f.Severity.String(), f.Text)
		row[1].color = yellow
		if f.Severity == lint.Error {
			row[1].color = red
		}
		rows = append(rows, row)
	}
	var b strings.Builder
	if len(rows) > 1 {
		g := grid{style: o.Style}
		g.fit(rows)
		g.write(&b, rows)
	}
	b.WriteString(l.tally() + "\n")
	return writeAll(w, b.String(), "findings")
}

// header makes a row of column names.
func header(names ...string) []cell {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i].text = name
	}
	return row
}

// none stands in a table for no text.
const none = "-"

// plainRow makes a row of texts from outside: cleaned, so that none can end the
// row, and "-" for none.
func plainRow(texts ...string) []cell {
	row := header(texts...)
	for i := range row {
		row[i].text = Clean(row[i].text)
		if row[i].text == "" {
			row[i].text = none
		}
	}
	return row
}

// writeTable aligns the rows.
func writeTable(w io.Writer, head string, rows [][]cell, g grid) error {
	g.fit(rows)
	var b strings.Builder
	b.WriteString(head)
	g.write(&b, rows)
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}
