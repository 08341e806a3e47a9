package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// grid aligns rows of cells in columns that are two blanks apart.
type grid struct {
	style  Style
	widths []int
	// give are the columns that are cut where the rows are wider than the
	// terminal, the first to be cut first. The others are always whole.
	give []int
}

// cell is one field of a row.
type cell struct {
	text  string // cleaned
	color color
}

// minCut is the width below which a column is not cut.
const minCut = 8

// fit makes the columns wide enough for the rows, and as narrow as the terminal
// wants them.
func (g *grid) fit(rows [][]cell) {
	for _, row := range rows {
		for i := range row {
			if i == len(g.widths) {
				g.widths = append(g.widths, 0)
			}
			g.widths[i] = max(g.widths[i], columns(row[i].text))
		}
	}
	if g.style.Width == 0 {
		return
	}
	excess := -g.style.Width - gap
	for _, w := range g.widths {
		excess += w + gap
	}
	for _, i := range g.give {
		if spare := min(excess, g.widths[i]-minCut); spare > 0 {
			g.widths[i] -= spare
			excess -= spare
		}
	}
}

// gap is between two columns.
const gap = 2

// line writes a row.
func (g *grid) line(b *strings.Builder, row []cell) {
	for i, c := range row {
		text, w := c.text, columns(c.text)
		if w > g.widths[i] && g.cuts(i) {
			text = cut(text, g.widths[i])
			w = columns(text)
		}
		b.WriteString(g.style.paint(text, c.color))
		if rest := row[i+1:]; len(rest) > 0 {
			b.WriteString(strings.Repeat(" ", max(0, g.widths[i]-w)+gap))
		}
	}
	b.WriteByte('\n')
}

// fits reports whether the rows are no wider than the terminal.
func (g *grid) fits() bool {
	if g.style.Width == 0 {
		return true
	}
	width := -gap
	for _, w := range g.widths {
		width += w + gap
	}
	return width <= g.style.Width
}

// write writes rows that fit has seen.
func (g *grid) write(b *strings.Builder, rows [][]cell) {
	for _, row := range rows {
		g.line(b, row)
	}
}

func (g *grid) cuts(column int) bool {
	if g.style.Width == 0 {
		return false
	}
	for _, i := range g.give {
		if i == column {
			return true
		}
	}
	return false
}

// cut shortens text to n columns, the last of them "…".
func cut(text string, n int) string {
	room := n - 1
	for i, r := range text {
		if room -= runeColumns(r); room < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// columns is the width of text on a terminal.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is 2 for the wide characters of East Asia (UAX #11) and 0 for
// marks that stand above the one before.
func runeColumns(r rune) int {
	switch {
	case r < 0x80:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
