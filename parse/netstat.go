package parse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Hints is what the caller knows of the output beyond its bytes.
type Hints struct {
	// Wide says that net-tools' netstat ran with -W, so that no address is cut.
	// Without it an IPv6 endpoint that just fills its column is marked Cut. The
	// columns of other systems show themselves how wide they are.
	Wide bool
}

// Summary is what [Netstat] found beside the sockets.
type Summary struct {
	Format  string // name of the dialect of the last row or header, "" where none was known
	Header  bool   // a header line of a known dialect was seen
	Sockets int    // TCP and UDP rows
	// Of them, by what they are; a TCP row without a state is taken by its shape.
	Listening, Connected, UDP int
	Skipped                   int      // lines that are neither socket, header, nor a part of one; blank lines do not count
	Broken                    int      // of them, lines that begin like a socket but cannot be read
	Samples                   []string // the first few skipped lines, for a person to see
}

const (
	maxSamples = 5
	sampleLen  = 120
	maxInterns = 1 << 16 // distinct names kept; beyond, a name costs an allocation
)

// verdict of a dialect on one line.
type lineKind uint8

const (
	foreign    lineKind = iota // not of this dialect
	socket                     // p.next was filled
	belongs                    // adds to the socket before, or is a line of the dialect to pass over
	broken                     // begins like a socket, cannot be read
	headerLine                 // a header of this dialect
)

// dialect is one way of printing sockets.
type dialect struct {
	name string
	line func(p *parser, b []byte) lineKind
}

// dialects in the order in which they are tried. A line is offered first to
// the dialect of the line before.
var dialects = [...]dialect{
	{"linux", linuxLine},
	{"windows", windowsLine},
	{"ss", ssLine},
	{"bsd", bsdLine},
	{"solaris", solarisLine},
	{"sockstat", sockstatLine},
}

type parser struct {
	visit   func(*Socket)
	wide    bool    // addresses are not cut
	whole   bool    // nor are they in the output of net-tools: one was longer than its column
	ssNew   bool    // the ss that wrote this writes 0.0.0.0 for IPv4's wildcard
	ssList  ssList  // see ssProto
	current int     // index of the dialect of the line before
	pending bool    // last holds a socket that was not yet handed on
	last    *Socket // may still gain an owner from the next line (Windows -b)
	next    *Socket
	names   map[string]string
	recent  [256]string
	listen  string // the word for LISTEN, see setState
	bsd     bsdSeen
	solaris solarisSection
	sum     Summary
}

// Netstat reads the output of netstat or ss from r and calls visit with each
// TCP and UDP socket, in the order of the input. The Socket and its Owners are
// valid only until visit returns; Clone keeps them.
//
// The error is that of r. An output in which nothing is known is no error but
// a Summary without Header and Sockets.
func Netstat(r io.Reader, h Hints, visit func(*Socket)) (Summary, error) {
	p := parser{visit: visit, wide: h.Wide, last: new(Socket), next: new(Socket), names: map[string]string{}}
	in := newLines(r)
	for {
		line, long, err := in.next()
		switch {
		case errors.Is(err, io.EOF):
			p.flush()
			return p.sum, nil
		case err != nil:
			p.flush()
			return p.sum, fmt.Errorf("reading netstat output: %w", err)
		case long:
			p.unknown(line)
		default:
			p.line(in.plain(line))
		}
	}
}

func (p *parser) line(b []byte) {
	if len(b) == 0 || b[0] <= ' ' && len(bytes.TrimSpace(b)) == 0 {
		return
	}
	if !p.take(b) && !p.prefixed(b) {
		p.unknown(b)
	}
}

// take offers the line to each dialect.
func (p *parser) take(b []byte) bool {
	if p.offer(p.current, b) {
		return true
	}
	for i := range dialects {
		if i != p.current && p.offer(i, b) {
			return true
		}
	}
	return false
}

// unknown counts a line that no dialect could take. What begins like a row has
// columns that none knows, or is longer than maxLine.
func (p *parser) unknown(b []byte) {
	if beginsLikeRow(b) {
		p.lost(b)
		return
	}
	p.skip(b)
}

// lost counts a row that cannot be read. The owner lines that follow it are
// not those of the row before, which is therefore handed on.
func (p *parser) lost(b []byte) {
	p.flush()
	p.sum.Broken++
	p.skip(b)
}

// offer hands the line to one dialect and reports whether it took it.
func (p *parser) offer(i int, b []byte) bool {
	kind := dialects[i].line(p, b)
	switch kind {
	case foreign:
		return false
	case socket:
		p.accept(i)
	case headerLine:
		p.flush()
		p.listen = ""
		p.sum.Header = true
		p.sum.Format = dialects[i].name
	case broken:
		p.lost(b)
	}
	p.current = i
	return true
}

// accept makes the socket in p.next, of the i-th dialect, the last one.
func (p *parser) accept(i int) {
	p.flush()
	p.last, p.next = p.next, p.last
	p.pending = true
	p.sum.Format = dialects[i].name
}

// flush hands the last socket on.
func (p *parser) flush() {
	if !p.pending {
		return
	}
	p.pending = false
	p.sum.Sockets++
	switch s := p.last; {
	case s.Proto == UDP:
		p.sum.UDP++
	case s.Listening() || s.MayListen():
		p.sum.Listening++
	default:
		p.sum.Connected++
	}
	p.visit(p.last)
}

func (p *parser) skip(b []byte) {
	p.sum.Skipped++
	if len(p.sum.Samples) < maxSamples {
		p.sum.Samples = append(p.sum.Samples, string(b[:min(len(b), sampleLen)]))
	}
}

// begin clears the socket that the next row fills, keeping its Owners' memory.
func (p *parser) begin(proto Proto) *Socket {
	*p.next = Socket{Proto: proto, Owners: p.next.Owners[:0]}
	return p.next
}

// setFamily derives the family from the addresses. "*" tells none.
func (s *Socket) setFamily() {
	for _, e := range [...]*Endpoint{&s.Local, &s.Remote} {
		switch {
		case e.Cut && strings.Contains(e.Host, ":"):
			s.Family = IPv6
		case e.Addr.Is4():
			s.Family = IPv4
		case e.Addr.IsValid():
			s.Family = IPv6
		}
		if s.Family != 0 {
			return
		}
	}
}

// intern returns b as a string, the same one for the same bytes, so that the
// names that recur in a hundred thousand rows are kept once.
func (p *parser) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	// Rows repeat a few names, mostly told apart by their length and end.
	recent := &p.recent[(uint(len(b))+uint(b[len(b)-1])*7+uint(b[len(b)/2])*31+uint(b[max(0, len(b)-2)])*101)%uint(len(p.recent))]
	if *recent == string(b) {
		return *recent
	}
	s, ok := p.names[string(b)]
	if !ok {
		s = string(b)
		if len(p.names) < maxInterns {
			p.names[s] = s
		}
	}
	*recent = s
	return s
}

// beginsRow reports whether b is a row of any dialect, however indented, where
// another dialect's lines that begin with a blank belong to the row before.
func beginsRow(b []byte) bool {
	word, _ := field(b)
	return len(word) > 0 && protoEnd(word, 0) == len(word)
}

// field returns the first field of b and what follows it, without leading
// blanks.
func field(b []byte) (f, rest []byte) {
	start := unblank(b, 0)
	end := blank(b, start)
	return b[start:end], b[unblank(b, end):]
}

func trimLeft(b []byte) []byte { return b[unblank(b, 0):] }

func trimRight(b []byte) []byte {
	i := len(b)
	for i > 0 && b[i-1] == ' ' {
		i--
	}
	return b[:i]
}
