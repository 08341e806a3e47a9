package report

import (
	"fmt"
	"io"
	"strings"

	"check_netstat/parse"
)

// Form is how an answer is written. A new form is one file and one line in the
// table of forms.
type Form interface {
	// Check writes the result of a check.
	Check(w io.Writer, c *Check, o Options) error
	// Items writes the watch items.
	Items(w io.Writer, l *Items, o Options) error
	// Lint writes what is wrong with the lists.
	Lint(w io.Writer, l *Lint, o Options) error
	// Sockets begins a listing of sockets, which is written as it is made.
	Sockets(w io.Writer, o Options) Listing
	// HasSockets reports whether the result of a check shows the sockets of its
	// items: they are not kept otherwise.
	HasSockets(verbosity int) bool
}

// Options say how an answer looks.
type Options struct {
	Verbosity int // how often -v was given
	Limit     int // of the text of a check, in bytes
	Style     Style
	Names     Names // of remote addresses, for sockets
}

// Listing is a snapshot that is written socket by socket, so that it need not be
// kept.
type Listing interface {
	Add(s *parse.Socket)
	// Close ends the listing with what is known of the whole.
	Close(o Footer) error
}

// forms are all there are; the first is the default.
var forms = [...]struct {
	name string
	form Form
}{
	{"text", textForm{}},
	{"table", tableForm{}},
	{"json", jsonForm{}},
}

// Forms returns the names of the forms.
func Forms() []string {
	names := make([]string, len(forms))
	for i, f := range forms {
		names[i] = f.name
	}
	return names
}

// ParseForm returns the form of that name, in any case.
func ParseForm(name string) (Form, error) {
	for _, f := range forms {
		if strings.EqualFold(f.name, name) {
			return f.form, nil
		}
	}
	names := Forms()
	return nil, fmt.Errorf("%q: not %s or %s", name, strings.Join(names[:len(names)-1], ", "), names[len(names)-1])
}

// DefaultForm is the one for a monitoring system.
func DefaultForm() Form { return forms[0].form }
