package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Table writes the result for a person: the summary, then every item, worst
// first.
func Table(w io.Writer, c *Check, style Style) error {
	rows := [][]cell{header("STATE", "KEY", "MATCHED", "REASON", "COMMENT")}
	add := func(s state.State, key, matched, reason, comment string) {
		row := plainRow(s.String(), key, matched, reason, comment)
		row[0].color = stateColor(s)
		rows = append(rows, row)
	}
	for _, p := range c.Problems {
		add(state.Unknown, "", "", p, "")
	}
	unexpected := func(u *match.Stray) {
		if u.Reason != "" {
			add(u.State, "unexpected", "", u.Reason, "")
		}
		for i := range u.Sockets {
			add(u.State, "unexpected", "", strayText(&u.Sockets[i]), "")
		}
	}
	stray := c.Unexpected
	for _, v := range c.worstFirst() {
		if stray != nil && v.State <= stray.State {
			unexpected(stray)
			stray = nil
		}
		add(v.State, v.Item.Key, strconv.Itoa(v.Matched), v.Reason, v.Item.Comment)
	}
	if stray != nil {
		unexpected(stray)
	}
	head := style.paint(c.State.String(), stateColor(c.State)) + ": " + c.summary() + "\n"
	return writeTable(w, head, rows, grid{style: style, give: []int{4, 3}})
}

// Items writes the watch items for a person.
func Items(w io.Writer, items []watch.Item, problems []string, style Style) error {
	rows := [][]cell{header("KEY", "WATCHES", "PROGRAM", "EXPECT", "COMMENT")}
	for i := range items {
		it := &items[i]
		watches, comment, c := it.Endpoint(), it.Comment, plainColor
		if it.Err != nil {
			watches, comment = "", "cannot be judged: "+it.Err.Error()+" ("+it.Where+")"
			c = stateColor(state.Unknown)
		}
		row := plainRow(it.Key, watches, it.Program.String(), it.Expect.String(), comment)
		row[0].color, row[4].color = c, c
		rows = append(rows, row)
	}
	head := ""
	for _, p := range problems {
		head += style.paint(state.Unknown.String(), stateColor(state.Unknown)) + ": " + Clean(p) + "\n"
	}
	return writeTable(w, head, rows, grid{style: style, give: []int{4, 2, 1}})
}

// header makes a row of column names.
func header(names ...string) []cell {
	row := make([]cell, len(names))
	for i, name := range names {
		row[i].text = name
	}
	return row
}

// plainRow makes a row of texts from outside: cleaned, so that none can end the
// row, and "-" where there is none.
func plainRow(texts ...string) []cell {
	row := header(texts...)
	for i := range row {
		row[i].text = Clean(row[i].text)
		if row[i].text == "" {
			row[i].text = "-"
		}
	}
	return row
}

// writeTable aligns the rows.
func writeTable(w io.Writer, head string, rows [][]cell, g grid) error {
	g.fit(rows)
	var b strings.Builder
	b.WriteString(head)
	for _, row := range rows {
		g.line(&b, row)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}
