package watch

import (
	"fmt"
	"slices"
	"strings"
)

// Place is where something stands in a list. Lines and columns count from 1; a
// column is one of bytes, as encoding/csv counts them. 0 means the whole.
type Place struct {
	File         string
	Line, Column int
}

// String returns "file:line:column", without what is 0.
func (p Place) String() string {
	text := p.File
	for _, n := range [...]int{p.Line, p.Column} {
		if n > 0 {
			text += fmt.Sprintf(":%d", n)
		}
	}
	return text
}

// ListError is what is wrong with a list beside its rows.
type ListError struct {
	Place
	Err error
}

// Error returns the message with file and line.
func (e *ListError) Error() string {
	return Place{File: e.File, Line: e.Line}.String() + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *ListError) Unwrap() error { return e.Err }

// FieldError is what is wrong with one field of a row.
type FieldError struct {
	Column string // the name of the list's column, "" for the row as a whole
	Err    error
}

// Error returns the message, which names the column.
func (e *FieldError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *FieldError) Unwrap() error { return e.Err }

// RowError is all that is wrong with a row, field by field.
type RowError []*FieldError

// Error joins the messages.
func (e RowError) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns the errors of the fields.
func (e RowError) Unwrap() []error {
	errs := make([]error, len(e))
	for i, f := range e {
		errs[i] = f
	}
	return errs
}

// layout is what the rows of one list share.
type layout struct {
	file  string
	names []string // the header, lower case
}

// position is where a field begins.
type position struct{ line, column int32 }

// Place returns where the item's field of that column stands, or where its row
// begins where it has no such field. An ad-hoc item has its option as File.
func (it *Item) Place(column string) Place {
	if it.list == nil || len(it.fields) == 0 {
		return Place{File: it.Where}
	}
	i := 0
	if column != "" {
		i = slices.Index(it.list.names, strings.ToLower(column))
	}
	if i < 0 || i >= len(it.fields) {
		i = 0
	}
	return Place{File: it.list.file, Line: int(it.fields[i].line), Column: int(it.fields[i].column)}
}
