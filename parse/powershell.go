package parse

import "bytes"

// PowerShell's Get-NetTCPConnection and Get-NetUDPEndpoint, as a table, as a
// list, and as CSV; columns may be chosen, and stand in any order.
//
//	LocalAddress                        LocalPort RemoteAddress                       RemotePort State       AppliedSetting OwningProcess
//	------------                        --------- -------------                       ---------- -----       -------------- -------------
//	192.0.2.10                          55217     198.51.100.7                        443        Established Internet       20964
//	2001:db8:18c:c700:ec96:8a3e:723...  60108     2001:db8:90::a9b9                   443        Established Internet
//
//	LocalAddress   : 192.0.2.10
//	LocalPort      : 6021
//	RemoteAddress  : 192.0.2.111
//	RemotePort     : 15733
//	State          : Established
//	OwningProcess  : 22040
//
//	"LocalAddress","LocalPort","RemoteAddress","RemotePort","State","OwningProcess"
//	"0.0.0.0","25","0.0.0.0","0","Listen","4250"
//
// What has no remote end is of UDP. As with netstat, a socket that serves both
// families has a row of each. Names of states are those of MSFT_NetTCPConnection.

// psField is what a column or a property says.
type psField uint8

const (
	psOther psField = iota
	psLocalAddress
	psLocalPort
	psRemoteAddress
	psRemotePort
	psState
	psProcessID
	psProcess
	psFields
)

func psFieldOf(title []byte) psField {
	switch string(title) {
	case "LocalAddress":
		return psLocalAddress
	case "LocalPort":
		return psLocalPort
	case "RemoteAddress":
		return psRemoteAddress
	case "RemotePort":
		return psRemotePort
	case "State":
		return psState
	case "OwningProcess":
		return psProcessID
	case "Process", "ProcessName":
		return psProcess
	}
	return psOther
}

const psMaxColumns = 32

// powershell remembers the header above the rows, and the list's record.
type powershell struct {
	columns   []psColumn
	delimiter byte // of CSV, 0: a table
	list      bool // the line above is of a list
	record    psRecord
}

type psColumn struct {
	field      psField
	start, end int // of the title
}

// psRecord is the text of one socket's properties.
type psRecord struct {
	text [psFields][]byte
	set  [psFields]bool
	// fields is how many there are in a row.
	fields int
	quoted bool   // and it begins as one
	line   []byte // that began it
	// broken says that a line of the record could not be read.
	broken bool
}

func (*powershell) about() (string, System) { return "powershell", Windows }

func (*powershell) settle(held []Socket) []Socket { return held }

func (*powershell) reset() {}

func (d *powershell) read(p *parser, r *row) lineKind {
	if d.header(r) {
		d.finish(p)
		return headerLine
	}
	if kind := d.property(p, r); kind != notMine {
		return kind
	}
	if d.list {
		d.record.broken = true // a line within the record is not understood
		return notMine
	}
	if len(d.columns) == 0 {
		return notMine
	}
	var rec psRecord
	if d.delimiter != 0 {
		if !rec.readCSV(d.columns, r.b, d.delimiter) {
			return notMine
		}
	} else {
		if isDashes(r.field(0)) {
			return continuation
		}
		rec.readTable(d.columns, r.b)
	}
	return d.row(p, &rec)
}

// header reads the titles of a table or of CSV.
func (d *powershell) header(r *row) bool {
	if !bytes.Contains(r.b, []byte("LocalPort")) || !bytes.Contains(r.b, []byte("LocalAddress")) {
		return false
	}
	b := trimRight(r.b)
	d.columns, d.delimiter = nil, 0
	for _, c := range []byte(",;") {
		if bytes.IndexByte(b, c) >= 0 {
			d.delimiter = c
		}
	}
	if d.delimiter != 0 {
		fields, _ := csvFields(b, d.delimiter)
		for _, f := range fields {
			d.columns = append(d.columns, psColumn{field: psFieldOf(f)})
		}
		return true
	}
	for i := skipSpaces(b, 0); i < len(b); {
		end := indexSpace(b, i)
		d.columns = append(d.columns, psColumn{psFieldOf(b[i:end]), i, end})
		i = skipSpaces(b, end)
	}
	return true
}

func isDashes(b []byte) bool {
	return len(b) > 2 && len(bytes.Trim(b, "-")) == 0
}

// readTable puts each word under its title. Columns of numbers are aligned to the
// right, and a column may be empty, so that a word belongs to the title above it,
// else to the one that begins to the left of it.
func (rec *psRecord) readTable(columns []psColumn, b []byte) {
	for i := skipSpaces(b, 0); i < len(b); {
		end := indexSpace(b, i)
		at := -1
		for k, c := range columns {
			if c.start < end && i < c.end {
				at = k
				break
			}
			if c.start <= i {
				at = k
			}
		}
		rec.fields++
		if at >= 0 && !rec.set[columns[at].field] {
			rec.put(columns[at].field, b[i:end])
		}
		i = skipSpaces(b, end)
	}
}

func (rec *psRecord) put(f psField, text []byte) {
	if f != psOther {
		rec.text[f], rec.set[f] = text, true
	}
}

// readCSV reads a line of CSV.
func (rec *psRecord) readCSV(columns []psColumn, b []byte, delimiter byte) bool {
	fields, ok := csvFields(trimRight(b), delimiter)
	if !ok && len(fields) < 2 {
		return false
	}
	rec.fields, rec.quoted = len(fields), len(b) > 0 && (b[0] == '"' || b[0] == delimiter)
	for i := range min(len(fields), len(columns)) {
		rec.put(columns[i].field, fields[i])
	}
	if len(fields) != len(columns) || !ok { // cut off
		last := columns[min(len(fields), len(columns))-1].field
		rec.set[last] = false
	}
	return len(fields) > 1
}

// csvFields splits a line. ok is false if a quote is not closed.
func csvFields(b []byte, delimiter byte) (fields [][]byte, ok bool) {
	for len(fields) < psMaxColumns {
		var f []byte
		if len(b) > 0 && b[0] == '"' {
			end := bytes.IndexByte(b[1:], '"')
			if end < 0 {
				return append(fields, b[1:]), false
			}
			f, b = b[1:1+end], b[end+2:]
		} else {
			end := bytes.IndexByte(b, delimiter)
			if end < 0 {
				end = len(b)
			}
			f, b = b[:end], b[end:]
		}
		fields = append(fields, f)
		if len(b) == 0 {
			return fields, true
		}
		if b[0] != delimiter {
			return fields, false
		}
		b = b[1:]
	}
	return fields, false
}

// property reads a line of a list, "LocalPort      : 6021". A property that the
// record has already begins the next one.
func (d *powershell) property(p *parser, r *row) lineKind {
	name := r.field(0)
	colon := string(r.field(1)) == ":"
	if !colon || r.b[0] == ' ' {
		return notMine
	}
	f := psFieldOf(name)
	if f == psOther {
		if !d.list {
			return notMine
		}
		return continuation
	}
	if d.record.set[f] {
		d.finish(p)
	}
	if !d.list {
		d.list = true
		d.record = psRecord{line: bytes.Clone(r.b)}
	}
	d.record.put(f, bytes.Clone(trimRight(r.from(2))))
	return continuation
}

// finish hands on the record of a list.
func (d *powershell) finish(p *parser) {
	if !d.list {
		return
	}
	d.list = false
	rec := d.record
	d.record = psRecord{}
	if !rec.set[psLocalAddress] && !rec.set[psLocalPort] && !rec.broken {
		p.skip(rec.line)
		return
	}
	p.inject(d, func() lineKind { return d.row(p, &rec) }, rec.line)
}

// row makes a socket of what was read.
func (d *powershell) row(p *parser, rec *psRecord) lineKind {
	proto := UDP
	for _, f := range [...]psField{psRemoteAddress, psRemotePort, psState} {
		if rec.set[f] || d.has(f) {
			proto = TCP
		}
	}
	if rec.broken {
		return malformed
	}
	s := p.begin(proto)
	if !p.psEnd(rec, psLocalAddress, &s.Local) {
		if d.looksLike(rec) {
			return malformed
		}
		return notMine
	}
	s.Device, p.zone = p.zone, ""
	s.Remote = Endpoint{Host: "*"}
	if proto == TCP {
		known := false
		if s.State, known = psStateOf(rec.text[psState]); !p.psEnd(rec, psRemoteAddress, &s.Remote) || !rec.set[psState] && d.has(psState) {
			return malformed
		} else if !known && rec.set[psState] {
			s.State, s.Word = OtherState, p.intern(rec.text[psState])
		}
		p.zone = ""
	}
	s.setFamily()
	if s.Family == IPv6 && s.Local.IsWildcard() {
		s.V6Only = Yes // a socket that serves both has a row of each
	}
	if pid, ok := parsePID(rec.text[psProcessID]); ok {
		s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(rec.text[psProcess])})
		if pid == systemPID {
			s.Owners[0].Name = "System"
		}
	}
	return socket
}

// looksLike reports whether a line below the header that cannot be read is a row
// all the same: it begins with an address or a part of one, or has the fields of
// CSV.
func (d *powershell) looksLike(rec *psRecord) bool {
	address := rec.text[psLocalAddress]
	if d.delimiter != 0 {
		return rec.fields == len(d.columns) || rec.quoted
	}
	if len(address) > 3 && !bytes.ContainsAny(address, ".:") {
		return false
	}
	if _, ok := parseAddr(address); ok || rec.fields > 1 {
		return ok
	}
	for _, c := range address {
		if hexDigit(c) < 0 && c != '.' && c != ':' && c != '%' {
			return false
		}
	}
	return len(address) > 0
}

// has reports whether the header has that column.
func (d *powershell) has(f psField) bool {
	for _, c := range d.columns {
		if c.field == f {
			return true
		}
	}
	return false
}

// psEnd reads an address, which a table may cut with "...", and the port in the
// field behind it.
func (p *parser) psEnd(rec *psRecord, address psField, e *Endpoint) bool {
	*e = Endpoint{}
	host, port := rec.text[address], rec.text[address+1]
	n, ok := parseUint(port)
	if !ok || n > 65535 || !rec.set[address] {
		return false
	}
	e.Port = uint16(n)
	for _, mark := range [...]string{"...", "…"} {
		if bytes.HasSuffix(host, []byte(mark)) {
			e.Cut, e.Host = true, p.intern(host[:len(host)-len(mark)])
			return len(e.Host) > 0
		}
	}
	return len(host) > 0 && p.host(host, nil, e) && e.Addr.IsValid()
}

// psStateOf knows the names, and the numbers behind them, of
// MSFT_NetTCPConnection.
func psStateOf(word []byte) (s State, known bool) {
	switch string(word) {
	case "Established", "5":
		return Established, true
	case "Listen", "2":
		return Listen, true
	case "TimeWait", "11":
		return TimeWait, true
	case "CloseWait", "8":
		return CloseWait, true
	case "Bound", "100":
		return Bound, true
	case "SynSent", "3":
		return SynSent, true
	case "SynReceived", "4":
		return SynRecv, true
	case "FinWait1", "6":
		return FinWait1, true
	case "FinWait2", "7":
		return FinWait2, true
	case "LastAck", "10":
		return LastAck, true
	case "Closing", "9":
		return Closing, true
	case "Closed", "DeleteTCB", "1", "12":
		return Closed, true
	}
	return NoState, false
}
