package report

import (
	"fmt"

	"check_netstat/plugin/lint"
)

// Lint is what is wrong with the watch lists.
type Lint struct {
	Lists, Items int
	Findings     []lint.Finding
}

// tally counts the findings.
func (l *Lint) tally() string {
	errors := lint.Errors(l.Findings)
	return fmt.Sprintf("%s, %s: %s, %s", Plural(l.Lists, "list"), Plural(l.Items, "item"),
		Plural(errors, "error"), Plural(len(l.Findings)-errors, "hint"))
}
