package parse

import (
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	chunk   = 256 << 10 // bytes read at a time: fits the L2 cache (BenchmarkCheckFile)
	maxLine = 64 << 10  // bytes; of a longer line only the beginning is seen
	look    = 256       // bytes at the beginning that tell the encoding
)

// lines cuts a stream into lines, in one buffer of fixed size. A line ends with
// LF, CRLF or, as old Macs and progress bars write it, CR alone.
type lines struct {
	r          io.Reader
	buf        []byte
	start, end int    // what is read and not yet handed out
	err        error  // of the reader, once all before it is handed out
	begun      bool   // the encoding was looked at
	rest       []byte // what follows a CR within a line
	unended    bool   // the last line has no end
	row        row
}

func newLines(r io.Reader) *lines { return &lines{r: r, buf: make([]byte, chunk)} }

// next returns the next line without its end, cut into fields; it is valid
// until the next call. long says that the line is longer than maxLine, and is
// only its beginning. The error is io.EOF behind the last line, or what the
// reader failed with.
func (l *lines) next() (r *row, long bool, err error) {
	b := l.rest
	if len(b) == 0 {
		if b, long, err = l.raw(); err != nil {
			return nil, false, err
		}
		if n := len(b); n > 0 && b[n-1] == '\r' {
			b = b[:n-1]
		}
		if len(b) <= maxLine && l.row.split(b) {
			return &l.row, long, nil
		}
	}
	b, l.rest, _ = bytes.Cut(b, []byte{'\r'})
	l.row.splitAny(expanded(b))
	return &l.row, long || len(b) > maxLine, nil
}

// expanded makes plain text of what stands in a line beside it, in place: tabs
// and no-break spaces become blanks; NUL bytes, as UTF-16 appended to another
// output leaves them, and the sequences that colour a terminal are taken out.
func expanded(b []byte) []byte {
	kept := b[:0]
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0:
		case c == '\t':
			kept = append(kept, ' ')
		case c == 0x1b:
			i += colourLen(b[i:]) - 1
		case c >= 0x80:
			if n := noBreakLen(b, i); n > 0 {
				kept = append(kept, ' ')
				i += n - 1
				continue
			}
			kept = append(kept, c)
		default:
			kept = append(kept, c)
		}
	}
	return kept
}

// colourLen returns the length of the sequence at the beginning of b, as ECMA-48
// has it (ESC, bracket, parameters, one letter), or 1 for the ESC alone.
func colourLen(b []byte) int {
	if len(b) < 2 || b[1] != '[' {
		return 1
	}
	for i := 2; i < len(b); i++ {
		if b[i] >= 0x40 && b[i] <= 0x7e {
			return i + 1
		}
		if b[i] < 0x20 || b[i] > 0x7e {
			break
		}
	}
	return 2
}

// noBreakLen returns the length of the no-break space that stands at i, 0 if
// none does: U+00A0, U+2007 and U+202F in UTF-8, and in ISO 8859 and the code
// pages of Windows one byte, which is a letter in those of DOS unless a blank
// stands beside it.
func noBreakLen(b []byte, i int) int {
	rest := b[i:]
	switch {
	case bytes.HasPrefix(rest, []byte("\u00a0")):
		return 2
	case bytes.HasPrefix(rest, []byte("\u2007")), bytes.HasPrefix(rest, []byte("\u202f")):
		return 3
	case b[i] == 0xa0 && (i+1 < len(b) && b[i+1] == ' ' || i > 0 && b[i-1] == ' '):
		return 1
	}
	return 0
}

// raw returns the bytes up to the next LF, or, where none is near, up to the
// last CR.
func (l *lines) raw() (line []byte, long bool, err error) {
	seen := 0 // bytes from start on that hold no LF
	for {
		have := l.buf[l.start:l.end]
		if i := bytes.IndexByte(have[seen:], '\n'); i >= 0 {
			l.start += seen + i + 1
			return have[:seen+i], false, nil
		}
		seen = len(have)
		switch {
		case seen > maxLine:
			if i := bytes.LastIndexByte(have, '\r'); i >= 0 {
				l.start += i + 1
				return have[:i], false, nil
			}
			line = bytes.Clone(have[:sampleLen])
			l.dropLine()
			return line, true, nil
		case l.err != nil && seen == 0:
			return nil, false, l.err
		case l.err != nil:
			l.start, l.unended = l.end, true
			return have, false, nil
		}
		l.fill()
	}
}

// dropLine reads up to the end of a line that is too long. An error of the
// reader comes with the next line.
func (l *lines) dropLine() {
	for {
		have := l.buf[l.start:l.end]
		i := bytes.IndexByte(have, '\n')
		if cr := bytes.IndexByte(have[:max(i, 0)], '\r'); cr >= 0 {
			i = cr
		} else if i < 0 {
			i = bytes.IndexByte(have, '\r')
		}
		if i >= 0 {
			l.start += i + 1
			return
		}
		l.start = l.end
		if l.err != nil {
			return
		}
		l.fill()
	}
}

// fill moves what is left to the front and reads more behind it.
func (l *lines) fill() {
	l.end = copy(l.buf, l.buf[l.start:l.end])
	l.start = 0
	n, err := l.read(l.buf[l.end:])
	fresh := l.buf[l.end : l.end+n]
	l.end += n
	l.err = err
	if !l.begun && (n > 0 || err != nil) {
		l.begin(fresh)
	}
}

// read reads at least one byte or returns an error.
func (l *lines) read(b []byte) (int, error) {
	for range 100 {
		n, err := l.r.Read(b)
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// begin looks at how the text begins. UTF-16, which PowerShell's ">" writes,
// becomes UTF-8; all other encodings agree with ASCII where it matters.
func (l *lines) begin(start []byte) {
	if len(start) < look && l.err == nil { // a slow pipe
		n, err := io.ReadAtLeast(l.r, l.buf[l.end:], look-len(start))
		start, l.end = l.buf[:l.end+n], l.end+n
		if l.err = err; errors.Is(err, io.ErrUnexpectedEOF) {
			l.err = io.EOF
		}
	}
	l.begun = true
	if order, ok := utf16Order(start); ok {
		already := bytes.Clone(start)
		var behind io.Reader = bytes.NewReader(already)
		if l.err == nil {
			behind = io.MultiReader(behind, l.r)
		} else if !errors.Is(l.err, io.EOF) {
			behind = io.MultiReader(behind, failing{l.err})
		}
		l.r = transform.NewReader(behind, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
		l.start, l.end, l.err = 0, 0, nil
		return
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		l.start += 3
	}
}

// failing is a reader that has failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// utf16Order tells UTF-16 by its byte order mark, or, where a tool has taken
// that off, by the NUL in every other byte of ASCII text from the first on.
func utf16Order(start []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		return unicode.BigEndian, true
	}
	var nul [2]int
	start = start[:min(len(start), look)&^1]
	for i, c := range start {
		if c == 0 {
			nul[i&1]++
		}
	}
	switch half := len(start) / 2; {
	case half < 2:
	case nul[1] > half*3/4 && nul[0] == 0 && start[1] == 0 && start[3] == 0:
		return unicode.LittleEndian, true
	case nul[0] > half*3/4 && nul[1] == 0 && start[0] == 0 && start[2] == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}
