package report

import (
	"fmt"
	"io"
	"strings"

	"check_netstat/plugin/lint"
)

// Lint is what is wrong with the watch lists.
type Lint struct {
	Lists, Items int
	Findings     []lint.Finding
}

// LintText writes a line for each finding, "file:line:column: error: text", and
// one with their number.
func LintText(w io.Writer, l *Lint) error {
	var b strings.Builder
	for i := range l.Findings {
		f := &l.Findings[i]
		b.WriteString(Clean(fmt.Sprintf("%s: %s: %s", f.Place, f.Severity, f.Text)) + "\n")
	}
	errors := lint.Errors(l.Findings)
	fmt.Fprintf(&b, "%s, %s: %s, %s\n", Plural(l.Lists, "list"), Plural(l.Items, "item"),
		Plural(errors, "error"), Plural(len(l.Findings)-errors, "hint"))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	return nil
}

type findingJSON struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Text     string `json:"text"`
}

// LintJSON writes the findings for programs. Line and column are 0 where a
// finding is about a whole list.
func LintJSON(w io.Writer, l *Lint) error {
	out := struct {
		Lists    int           `json:"lists"`
		Items    int           `json:"items"`
		Errors   int           `json:"errors"`
		Hints    int           `json:"hints"`
		Findings []findingJSON `json:"findings"`
	}{Lists: l.Lists, Items: l.Items, Errors: lint.Errors(l.Findings), Findings: make([]findingJSON, 0, len(l.Findings))}
	out.Hints = len(l.Findings) - out.Errors
	for i := range l.Findings {
		f := &l.Findings[i]
		out.Findings = append(out.Findings, findingJSON{f.File, f.Line, f.Column, f.Severity.String(), f.Text})
	}
	return writeJSON(w, out)
}
