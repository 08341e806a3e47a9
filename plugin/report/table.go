package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"check_netstat/plugin/watch"
)

// Table writes the result for a person: the summary, then every item, worst
// first.
func Table(w io.Writer, c *Check) error {
	rows := [][]string{{"STATE", "KEY", "MATCHED", "REASON", "COMMENT"}}
	for _, p := range c.Problems {
		rows = append(rows, []string{"UNKNOWN", "-", "-", p, ""})
	}
	for _, v := range c.worstFirst() {
		rows = append(rows, []string{v.State.String(), v.Item.Key, strconv.Itoa(v.Matched), v.Reason, v.Item.Comment})
	}
	return writeTable(w, c.State.String()+": "+c.summary()+"\n", rows)
}

// Items writes the watch items for a person.
func Items(w io.Writer, items []watch.Item, problems []string) error {
	rows := [][]string{{"KEY", "WATCHES", "PROGRAM", "EXPECT", "COMMENT"}}
	for i := range items {
		it := &items[i]
		watches, comment := it.Endpoint(), it.Comment
		if it.Err != nil {
			watches, comment = "-", "cannot be judged: "+it.Err.Error()+" ("+it.Where+")"
		}
		rows = append(rows, []string{it.Key, watches, it.Program.String(), it.Expect.String(), comment})
	}
	head := ""
	for _, p := range problems {
		head += "UNKNOWN: " + Clean(p) + "\n"
	}
	return writeTable(w, head, rows)
}

// writeTable aligns the rows. Cells are cleaned, so that none can end a row.
func writeTable(w io.Writer, head string, rows [][]string) error {
	var out bytes.Buffer
	out.WriteString(head)
	t := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if cell == "" {
				cell = "-"
			}
			row[i] = Clean(cell)
		}
		_, _ = fmt.Fprintln(t, strings.Join(row, "\t")) // into memory
	}
	_ = t.Flush()
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}
