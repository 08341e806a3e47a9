package parse

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Hints is what the caller knows of the output beyond its bytes.
type Hints struct {
	// Wide says that net-tools' netstat ran with -W, so that no address is cut.
	// Without it an IPv6 endpoint that just fills its column is marked Cut. The
	// columns of other systems show themselves how wide they are.
	Wide bool
}

// System is a family of systems that print their sockets alike.
type System uint8

// The systems. The zero value means that the output does not tell.
const (
	OtherSystem System = iota
	Linux
	Windows
	BSD // and macOS
	Solaris
)

// WithPrograms returns the command that shows the programs of all sockets.
func (s System) WithPrograms() string {
	switch s {
	case Windows:
		return "netstat -anob (as administrator)"
	case BSD:
		return "sudo sockstat -46s (macOS: sudo netstat -anvl)"
	case Solaris:
		return "sudo netstat -anu"
	}
	return "sudo netstat -tunapW"
}

// Summary is what [Netstat] found beside the sockets.
type Summary struct {
	Format  string // name of the dialect of the last row or header, "" if none was known
	System  System // that prints this dialect
	Header  bool   // a header line of a known dialect was seen
	Sockets int    // TCP and UDP rows
	// Of them, by what they are; a TCP row without a state is taken by its shape.
	Listening, Connected, UDP int
	Skipped                   int      // lines that are neither socket, header, nor a part of one; blank lines do not count
	Broken                    int      // of them, lines that look like a socket but cannot be read
	Unread                    []Unread // the first few of these
	SkippedLines              []string // the first few skipped lines, for a person to see
	NamesOwners               bool     // of Windows: the output was asked for the programs (-b)
	// Numbers are the options with which the tool that wrote the output shows
	// addresses and ports whole.
	Numbers string
	// OnlyUser is the user whose sockets alone are shown, if it seems to be so:
	// the rows of lsof are all of one, and it is not root.
	OnlyUser string
	// Missing says which sockets are not in the output by its nature.
	Missing Missing
}

// Missing says which tables of /proc/net are not in the output, though the other
// one of the protocol is.
type Missing struct{ TCP4, TCP6, UDP4, UDP6 bool }

const (
	maxSamples = 5
	sampleLen  = 120
	recentBits = 12      // names looked up without a map: 4,096
	maxInterns = 1 << 16 // distinct names kept; beyond, a name costs an allocation
	// How many sockets a dialect holds back; beyond, they are taken as they are.
	maxDoubtful = 1 << 14
	maxHeld     = 1 << 18 // if each may be one of another row's owners
)

// lineKind is what a dialect says of one line.
type lineKind uint8

const (
	notMine      lineKind = iota // not of this dialect
	socket                       // p.next was filled
	continuation                 // adds to the socket before, or is a line of the dialect to pass over
	malformed                    // begins like a socket, cannot be read
	headerLine                   // a header of this dialect
	other                        // a row of something that is neither TCP nor UDP, to be skipped
)

// dialect is one way of printing sockets. What its rows tell about each other
// it keeps to itself.
type dialect interface {
	// about returns the dialect's name and the systems that print it.
	about() (name string, system System)
	// read reads one line.
	read(p *parser, r *row) lineKind
	// settle decides what a row alone does not tell of the sockets that the
	// dialect has held back, see doubt, now that it has seen all rows. It
	// returns those that are to be handed on.
	settle(held []Socket) []Socket
	// reset forgets the rows read so far: a header says that another output
	// begins.
	reset()
}

// doubt is why a socket is held back until the end of the output. A dialect
// sets it in read.
type doubt uint16

const (
	cutLocal    doubt = 1 << iota // the local endpoint is cut if the columns are narrow
	cutRemote                     // likewise
	shortLocal                    // the local endpoint is cut if hosts are shown by name
	shortRemote                   // likewise
	cutProgram                    // the program's name is cut if other rows have blanks behind it
	family                        // other rows tell the family, or what it serves
	protocol                      // other rows tell the protocol
	stateWord                     // other rows tell whether the word means LISTEN
	owners                        // other rows may be of the same socket
)

// newDialects returns the dialects in the order in which they are tried. A line
// is offered first to the dialect of the line before.
func newDialects() []dialect {
	return []dialect{
		new(linux), new(windows), new(ss), new(bsd), new(solaris), new(sockstat),
		new(lsof), new(procnet), new(powershell),
	}
}

type parser struct {
	visit    func(*Socket)
	wide     bool // addresses are not cut
	dialects []dialect
	current  int     // the dialect of the line before
	pending  bool    // last holds a socket that was not yet handed on
	last     *Socket // may still gain an owner from the next line (Windows -b)
	lastOf   int     // its dialect
	format   int     // the dialect of the last row or header, -1 before
	next     *Socket
	held     [][]Socket // by dialect
	rows     int        // read so far
	headers  int        // likewise
	gap      bool       // the line before was empty
	rest     fragment   // see near
	inner    row        // of a line without its prefix
	zone     string     // of the endpoint just read, if it is not a part of its address
	names    map[string]string
	recent   [1 << recentBits]string
	sum      Summary
}

// Netstat reads the output of netstat or ss from r and calls visit with each
// TCP and UDP socket, in the order of the input, those last that only the other
// rows explain. The Socket and its Owners are valid only until visit returns;
// Clone keeps them.
//
// The error is that of r. An output in which nothing is known is no error but
// a Summary without Header and Sockets.
func Netstat(r io.Reader, h Hints, visit func(*Socket)) (Summary, error) {
	p := newParser(h, visit)
	in := newLines(r)
	for {
		line, long, err := in.next()
		if err != nil && in.unended && p.rest.text != "" {
			p.keepFragment() // the copy ends within it
			p.rest = fragment{}
		}
		switch {
		case errors.Is(err, io.EOF):
			p.finish()
			return p.sum, nil
		case err != nil:
			p.finish()
			return p.sum, fmt.Errorf("reading netstat output: %w", err)
		case long:
			p.unknown(line.b)
		default:
			p.line(line)
		}
	}
}

func newParser(h Hints, visit func(*Socket)) *parser {
	p := &parser{visit: visit, wide: h.Wide, format: -1, last: new(Socket), next: new(Socket), names: map[string]string{}}
	p.dialects = newDialects()
	p.held = make([][]Socket, len(p.dialects))
	return p
}

func (p *parser) line(r *row) {
	if r.n == 0 {
		p.blank()
		return
	}
	rows, headers := p.rows, p.headers
	known := p.take(r) || p.prefixed(r.b)
	if !known {
		p.unknown(r.b)
	}
	p.near(r, known, p.rows > rows, p.headers > headers)
}

// blank takes an empty line, which ends what has lines of its own.
func (p *parser) blank() {
	p.gap = true
	if f, ok := p.dialects[p.current].(finisher); ok {
		f.finish(p)
	}
}

// take offers the line to each dialect.
func (p *parser) take(r *row) bool {
	if p.offer(p.current, r) {
		return true
	}
	for i := range p.dialects {
		if i != p.current && p.offer(i, r) {
			return true
		}
	}
	return false
}

// offer hands the line to one dialect and reports whether it took it.
func (p *parser) offer(i int, r *row) bool {
	kind := p.dialects[i].read(p, r)
	switch kind {
	case notMine:
		return false
	case socket:
		p.accept(i)
	case headerLine:
		p.header(i)
	case malformed:
		p.unread(r.b)
	case other:
		p.flush()
		p.skip(r.b)
	}
	p.current = i
	return true
}

// header begins a new output of the i-th dialect.
func (p *parser) header(i int) {
	p.flush()
	p.settle(i)
	p.dialects[i].reset()
	p.sum.Header = true
	p.headers++
	p.format, p.current = i, i
}

// accept makes the socket in p.next, of the i-th dialect, the last one.
func (p *parser) accept(i int) {
	p.flush()
	p.last, p.next = p.next, p.last
	p.pending, p.lastOf, p.format = true, i, i
	p.rows++
}

// follows reports whether the line before was a row of the dialect.
func (p *parser) follows(d dialect) bool { return p.pending && p.dialects[p.lastOf] == d }

// wrote reports whether the last row or header was the dialect's.
func (p *parser) wrote(d dialect) bool { return p.format >= 0 && p.dialects[p.format] == d }

// flush hands the last socket on, or holds it back.
func (p *parser) flush() {
	if !p.pending {
		return
	}
	p.pending = false
	if p.last.doubt == 0 {
		p.hand(p.last)
		return
	}
	i := p.lastOf
	p.held[i] = append(p.held[i], p.last.Clone())
	if n := len(p.held[i]); n >= maxHeld || p.last.doubt&owners == 0 && n >= maxDoubtful {
		p.settle(i)
	}
}

// settle hands on the sockets that the i-th dialect has held back.
func (p *parser) settle(i int) {
	if len(p.held[i]) == 0 {
		return
	}
	settled := p.dialects[i].settle(p.held[i])
	for n := range settled {
		p.hand(&settled[n])
	}
	clear(p.held[i])
	p.held[i] = p.held[i][:0]
}

// teller is a dialect that knows more of the whole output.
type teller interface{ tell(sum *Summary) }

// finisher is a dialect that may hold a socket of which more lines could come.
type finisher interface{ finish(p *parser) }

// inject takes what a dialect has made of the lines before, of which first is the
// first.
func (p *parser) inject(d dialect, row func() lineKind, first []byte) {
	switch row() {
	case socket:
		p.accept(slices.Index(p.dialects, d))
	case malformed:
		p.unread(first)
	default:
		p.skip(first)
	}
}

func (p *parser) finish() {
	p.endFragment()
	for _, d := range p.dialects {
		if f, ok := d.(finisher); ok {
			f.finish(p)
		}
	}
	p.flush()
	for i := range p.dialects {
		p.settle(i)
	}
	if p.format >= 0 {
		p.sum.Format, p.sum.System = p.dialects[p.format].about()
	}
	for _, d := range p.dialects {
		if t, ok := d.(teller); ok {
			t.tell(&p.sum)
		}
	}
}

// hand hands a socket on.
func (p *parser) hand(s *Socket) {
	p.sum.Sockets++
	switch {
	case s.ProtoUnsure: // counted as none
	case s.Proto == UDP:
		p.sum.UDP++
	case s.Listening() || s.MayListen():
		p.sum.Listening++
	default:
		p.sum.Connected++
	}
	p.visit(s)
}

func (p *parser) skip(b []byte) {
	p.sum.Skipped++
	if len(p.sum.SkippedLines) < maxSamples {
		p.sum.SkippedLines = append(p.sum.SkippedLines, string(b[:min(len(b), sampleLen)]))
	}
}

// begin clears the socket that the next row fills, all but its ends, which
// every dialect fills itself (BenchmarkNetstat).
func (p *parser) begin(proto Proto) *Socket {
	s := p.next
	s.Proto, s.ProtoUnsure, s.Family, s.State, s.Hidden, s.Inode, s.V6Only, s.doubt, s.id = proto, false, 0, NoState, false, 0, Maybe, 0, ""
	s.Owners, s.Services, s.Queues = s.Owners[:0], s.Services[:0], Queues{}
	if s.Word != "" || s.Device != "" {
		s.Word, s.Device = "", ""
	}
	return s
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
	// Rows repeat a few names.
	recent := &p.recent[hash(b)>>(64-recentBits)]
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

// hash mixes the last eight bytes of b and its length.
func hash(b []byte) uint64 {
	var x uint64
	if n := len(b); n >= 8 {
		x = binary.LittleEndian.Uint64(b[n-8:])
	} else {
		x = lastBytes(b, n)
	}
	return (x ^ uint64(len(b))) * 0x9e3779b97f4a7c15
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
	start := skipSpaces(b, 0)
	end := indexSpace(b, start)
	return b[start:end], b[skipSpaces(b, end):]
}

func trimLeft(b []byte) []byte { return b[skipSpaces(b, 0):] }

func trimRight(b []byte) []byte {
	i := len(b)
	for i > 0 && b[i-1] == ' ' {
		i--
	}
	return b[:i]
}
