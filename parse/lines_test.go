package parse

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"
)

// cut returns the lines of a stream; a line that is too long shows as "LONG".
func cut(r io.Reader) (all []string, err error) {
	l := newLines(r)
	for {
		line, long, err := l.next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, err
		}
		if long {
			all = append(all, "LONG")
			continue
		}
		all = append(all, string(line.b))
	}
}

func encoded(t *testing.T, order unicode.Endianness, bom unicode.BOMPolicy, text string) string {
	t.Helper()
	s, err := unicode.UTF16(order, bom).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	huge := strings.Repeat("y", 3*chunk)
	const three = "TCP ÄÖ\nTCP b\nTCP c"
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"LF", "a\nb\n", []string{"a", "b"}},
		{"a last line without end", "a\nb", []string{"a", "b"}},
		{"CRLF", "a\r\n\r\nb\r\n", []string{"a", "", "b"}},
		{"CR alone", "a\rb\rc", []string{"a", "b", "c"}},
		{"a CR within a line", "a\rb\nc\n", []string{"a", "b", "c"}},
		{"CR alone in a big file", strings.Repeat("0123456789\r", 40_000), slices.Repeat([]string{"0123456789"}, 40_000)},
		{"tabs are blanks", "\ta\tb\n", []string{" a b"}},
		{"NUL bytes", "a\x00b\n\x00\x00c\x00\n", []string{"ab", "c"}},
		{"UTF-8 with its mark", "\xef\xbb\xbfa\nb", []string{"a", "b"}},
		{"UTF-16LE with its mark", encoded(t, unicode.LittleEndian, unicode.UseBOM, three), strings.Split(three, "\n")},
		{"UTF-16BE with its mark", encoded(t, unicode.BigEndian, unicode.UseBOM, three), strings.Split(three, "\n")},
		{"UTF-16LE without it", encoded(t, unicode.LittleEndian, unicode.IgnoreBOM, three), strings.Split(three, "\n")},
		{"UTF-16BE without it", encoded(t, unicode.BigEndian, unicode.IgnoreBOM, three), strings.Split(three, "\n")},
		{"UTF-16 behind 8-bit text", "a\n" + encoded(t, unicode.LittleEndian, unicode.IgnoreBOM, "b\nc\n"), []string{"a", "b", "c", ""}},
		{"a line just short enough", long + "\nb", []string{long, "b"}},
		{"a line too long", long + "x\nb", []string{"LONG", "b"}},
		{"a line longer than the buffer", "a\n" + huge + "\nb\n", []string{"a", "LONG", "b"}},
		{"no line end at all", huge, []string{"LONG"}},
		{"a long line that ends with CR", huge + "\rb\rc", []string{"LONG", "b", "c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"whole":  strings.NewReader(tt.text),
				"halves": iotest.HalfReader(strings.NewReader(tt.text)),
				"bytes":  iotest.OneByteReader(strings.NewReader(tt.text)),
				"eof":    iotest.DataErrReader(strings.NewReader(tt.text)),
			} {
				got, err := cut(r)
				if err != nil || !slices.Equal(got, tt.want) {
					t.Errorf("%s: %d lines %.60q, %v; want %d %.60q", how, len(got), got, err, len(tt.want), tt.want)
				}
			}
		})
	}
}

func TestLinesOfAReaderThatFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, start := range []string{"", "a", "abc\nd", "\xff\xfea\x00", strings.Repeat("z", 2*chunk)} {
		if _, err := cut(io.MultiReader(strings.NewReader(start), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("behind %.20q: %v", start, err)
		}
	}
}

// TestMemoryIsTheBuffer: a line of any length needs no memory of its own.
func TestMemoryIsTheBuffer(t *testing.T) {
	size := int64(64 << 20)
	allocated := testing.AllocsPerRun(1, func() {
		l := newLines(io.LimitReader(endless{}, size))
		for {
			if _, _, err := l.next(); err != nil {
				return
			}
		}
	})
	if allocated > 20 {
		t.Errorf("%v allocations for one line of %d bytes", allocated, size)
	}
}

// endless is a file without a line end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
