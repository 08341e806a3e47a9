//go:build linux

package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// table is what README quotes: rows under a title.
type table struct {
	title string
	rows  []result
}

// write writes the table as Markdown.
func (t table) write(w io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	b := new(strings.Builder)
	fmt.Fprintf(b, "\n%s\n\n| row | CPU of | against | goal | measured |\n| --- | --- | --- | --- | --- |\n", t.title)
	for _, r := range t.rows {
		against := "`" + r.b.String() + "`"
		if r.goal.kind == memory {
			against = "peak memory"
		}
		fmt.Fprintf(b, "| %s | `%s` | %s | %s | %s |\n", r.name, cell(r.a.String()), cell(against), r.goal, cell(r.measured()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell keeps text from ending its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}

// grouped writes a number with a comma before each three digits.
func grouped(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}
