package watch

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gocarina/gocsv"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"check_netstat/plugin/program"
)

// Bounds of a watch list: its size in bytes, and the number of its rows. Those of
// procName are in package program.
const (
	maxList = 8 << 20
	maxRows = 20_000
)

// Read reads one watch list. file names it in Item.Where and in errors.
//
// The errors are about the list as a whole: it cannot be read, has no rows,
// lacks a required column or has one that is not known. The items are those
// that could be read all the same.
func Read(r io.Reader, file string, kind Kind) ([]Item, []error) {
	data, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err != nil {
		return nil, []error{fmt.Errorf("reading %s: %w", file, err)}
	}
	if len(data) > maxList {
		return nil, []error{fmt.Errorf("reading %s: larger than %d MiB", file, maxList>>20)}
	}
	text, err := toUTF8(data)
	if err != nil {
		return nil, []error{fmt.Errorf("reading %s: %w", file, err)}
	}
	rows := newRecords(text)
	header := rows.header()
	if header == nil {
		return nil, []error{&ListError{Place{File: file}, fmt.Errorf("empty: a list begins with its columns: %s", strings.Join(columns[kind], ","))}}
	}
	errs := checkColumns(header, kind, func(i int) Place {
		at := rows.at[i]
		return Place{file, int(at.line), int(at.column)}
	})
	if errors.Is(errors.Join(errs...), errColumnMissing) {
		return nil, errs
	}
	var items []Item
	if kind == Connection {
		items, err = decodeRows(rows, file, (*connectionRow).item)
	} else {
		items, err = decodeRows(rows, file, (*listeningRow).item)
	}
	if err != nil {
		return nil, append(errs, fmt.Errorf("reading %s: %w", file, err))
	}
	if len(items) == 0 {
		errs = append(errs, &ListError{Place{File: file}, errors.New("empty: there is no row below its columns")})
	}
	return items, errs
}

// decodeRows lets gocsv fill the rows and makes an item of each.
func decodeRows[row any](rows *records, file string, item func(*row) Item) ([]Item, error) {
	var filled []row
	if err := gocsv.UnmarshalCSV(rows, &filled); err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(filled))
	list := &layout{file, rows.names}
	size := 0
	for i := range filled {
		it := item(&filled[i])
		if size += it.Program.Size(); size > program.MaxExpressions {
			return nil, fmt.Errorf("the expressions of its procName column take more than %d MiB: write fewer or shorter ones, or =name", program.MaxExpressions>>20)
		}
		it.list, it.fields = list, rows.fields[i]
		it.Where = fmt.Sprintf("%s:%d", file, it.fields[0].line)
		if rows.errs[i] != nil {
			it.Err = rows.errs[i]
		}
		items = append(items, it)
	}
	return items, nil
}

// toUTF8 decodes UTF-16 with a byte order mark, takes off that of UTF-8, and
// reads what is not UTF-8 as Windows-1252, the code page in which Western
// Windows programs save a list.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		data = data[3:]
	}
	if utf8.Valid(data) {
		return data, nil
	}
	return charmap.Windows1252.NewDecoder().Bytes(data)
}

var (
	errColumnMissing = errors.New("required column missing")
	errColumnUnknown = errors.New("unknown column")
)

// checkColumns finds columns that are missing, unknown or doubled. A misspelt
// column must not be passed over in silence: without its procName a row would
// be OK too easily. at says where each column's name stands.
func checkColumns(header []string, kind Kind, at func(column int) Place) []error {
	var errs []error
	fail := func(column int, err error) { errs = append(errs, &ListError{at(column), err}) }
	known := columns[kind]
	for i, name := range header {
		if name == "" {
			continue
		}
		if !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			fail(i, fmt.Errorf("%w %q; the columns of a %s list are %s", errColumnUnknown, name, kind, strings.Join(known, ",")))
		}
		if slices.Contains(header[:i], name) {
			fail(i, fmt.Errorf("column %q twice", name))
		}
	}
	has := func(name string) bool { return slices.Contains(header, strings.ToLower(name)) }
	missing := ""
	switch {
	case kind == Connection && !has("remoteIP") && !has("remoteName"):
		missing = "remoteIP or remoteName"
	case kind == Connection && !has("remotePort"):
		missing = "remotePort"
	case kind == Listening && !has("ipProtocol"):
		missing = "ipProtocol"
	case kind == Listening && !has("localPort"):
		missing = "localPort"
	default:
		return errs
	}
	if other, option := otherKind(kind, has); other != "" {
		errs = nil // its columns are no slips
		missing += ": this is a " + other + " list: give it with " + option
	}
	fail(0, fmt.Errorf("%w: %s; a %s list has %s", errColumnMissing, missing, kind, strings.Join(known, ",")))
	return errs
}

// otherKind recognises a list that was given as one of the other kind, by the
// columns that it must have.
func otherKind(kind Kind, has func(string) bool) (name, option string) {
	switch {
	case kind == Listening && has("remotePort") && (has("remoteIP") || has("remoteName")):
		return "connections", "--connections"
	case kind == Connection && has("ipProtocol") && has("localPort"):
		return "listening", "--listening"
	}
	return "", ""
}

// records reads CSV records for gocsv, and remembers the line of each. It
// resumes behind a record that is no valid CSV, so that one stray quote does
// not swallow the rows below it.
type records struct {
	rest   []byte // what is still to be read
	line   int    // number of the first line of rest
	comma  rune
	names  []string     // the header, lower case
	at     []position   // where each of the names stands
	fields [][]position // where the fields of each row stand, at least its first
	errs   []error      // why a row is no valid row, or nil
}

func newRecords(text []byte) *records {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return &records{rest: text, line: 1}
}

// header reads up to the first line that is neither blank nor a comment,
// detects the separator in it, and returns the names in it.
func (r *records) header() []string {
	for len(r.rest) > 0 {
		first, rest, _ := bytes.Cut(r.rest, []byte("\n"))
		line := r.line
		r.rest, r.line = rest, r.line+1
		t := bytes.TrimSpace(first)
		if len(t) == 0 || t[0] == '#' {
			continue
		}
		r.comma = separator(t)
		p := r.parser(first)
		record, err := p.Read()
		r.at = positions(p, len(record), line)
		if err != nil {
			record = strings.Split(string(t), string(r.comma))
			r.at = make([]position, len(record))
			for i := range r.at {
				r.at[i].line = int32(line)
			}
		}
		for _, name := range record {
			r.names = append(r.names, strings.ToLower(strings.TrimSpace(name)))
		}
		return r.names
	}
	return nil
}

// positions returns where the fields of the record that p has just read begin;
// first is the line of the list at which p began.
func positions(p *csv.Reader, fields, first int) []position {
	at := make([]position, fields)
	for i := range at {
		line, column := p.FieldPos(i)
		at[i] = position{int32(first + line - 1), int32(column)}
	}
	return at
}

func separator(header []byte) rune {
	best := ','
	for _, c := range ",;\t" {
		if bytes.Count(header, []byte(string(c))) > bytes.Count(header, []byte(string(best))) {
			best = c
		}
	}
	return best
}

func (r *records) parser(text []byte) *csv.Reader {
	p := csv.NewReader(bytes.NewReader(text))
	p.Comma, p.Comment, p.FieldsPerRecord = r.comma, '#', -1
	p.TrimLeadingSpace = r.comma != '\t' // an empty field between tabs is no space
	return p
}

// ReadAll returns the header and all rows, each as wide as the header.
func (r *records) ReadAll() ([][]string, error) {
	all := [][]string{r.names}
	for len(r.rest) > 0 {
		p := r.parser(r.rest)
		base := r.line
		for {
			record, err := p.Read()
			if err == io.EOF {
				return all, nil
			}
			if err != nil {
				if len(all) > maxRows {
					return nil, fmt.Errorf("more than %d rows", maxRows)
				}
				all = append(all, r.bad(base, err))
				break
			}
			if isBlank(record) {
				continue
			}
			if len(all) > maxRows {
				return nil, fmt.Errorf("more than %d rows", maxRows)
			}
			r.fields = append(r.fields, positions(p, len(record), base))
			all = append(all, r.fit(record))
		}
	}
	return all, nil
}

// Read is not used by gocsv.UnmarshalCSV but part of its interface.
func (r *records) Read() ([]string, error) { return nil, io.EOF }

// bad notes the record that failed and moves behind its first line.
func (r *records) bad(base int, err error) []string {
	line := base
	at := position{line: int32(base)}
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		line = base + pe.StartLine - 1
		at.line = int32(line)
		if pe.Line == pe.StartLine { // else the column is that of a line below
			at.column = int32(pe.Column)
		}
		err = pe.Err
	}
	r.fields = append(r.fields, []position{at})
	r.errs = append(r.errs, RowError{{Err: fmt.Errorf("no valid CSV: %w", err)}})
	for ; r.line <= line; r.line++ {
		_, r.rest, _ = bytes.Cut(r.rest, []byte("\n"))
	}
	return make([]string, len(r.names))
}

// fit makes a record as wide as the header. What stands beyond the last column
// is the rest of a comment with a separator in it, or a mistake.
func (r *records) fit(record []string) []string {
	var err error
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	width := len(r.names)
	if len(record) > width {
		extra := record[width:]
		record = record[:width]
		switch {
		case isBlank(extra):
		case r.names[width-1] == "comment":
			record[width-1] += string(r.comma) + strings.Join(extra, string(r.comma))
		default:
			err = RowError{{Err: fmt.Errorf("has %d fields, its list has %d columns", width+len(extra), width)}}
		}
	}
	r.errs = append(r.errs, err)
	return append(record, make([]string, width-len(record))...)
}

func isBlank(record []string) bool {
	for _, f := range record {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}
