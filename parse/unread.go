package parse

import "bytes"

// A row that cannot be read may hide any socket that fits what can be read of
// it: a port that is none, a state in an unknown form, a copy that begins or
// ends within the row. Such a row is known by the protocol's word at its
// beginning, or by two endpoints side by side.

// Unread is a row that looks like one of a socket but cannot be read.
type Unread struct {
	Text   string // as it stands, shortened
	Proto  Proto  // 0 if it may be either
	State  State  // NoState if it may be any
	Local  Endpoint
	Remote Endpoint
	// HasLocal and HasRemote say that the endpoint was read; else it may be any.
	HasLocal, HasRemote bool
}

const maxUnread = 20

// unknown counts a line that no dialect could take.
func (p *parser) unknown(b []byte) {
	if u, ok := p.asRow(b); ok || beginsLikeRow(b) || isPartOfProtocol(bytes.TrimSpace(b)) {
		p.keepUnread(u, b)
		return
	}
	p.skip(b)
}

// unread counts a row of a dialect that cannot be read.
func (p *parser) unread(b []byte) {
	u, _ := p.asRow(b)
	p.keepUnread(u, b)
}

// keepUnread notes the row. The owner lines that follow it are not those of the
// row before, which is therefore handed on.
func (p *parser) keepUnread(u Unread, b []byte) {
	p.flush()
	p.sum.Broken++
	if len(p.sum.Unread) < maxUnread {
		u.Text = string(b[:min(len(b), sampleLen)])
		p.sum.Unread = append(p.sum.Unread, u)
	}
	p.skip(b)
}

// asRow reads what can be read of a row, and reports whether two endpoints stand
// in it side by side and no other protocol before them. A port that ends the line
// may have been cut there.
func (p *parser) asRow(b []byte) (u Unread, ok bool) {
	b = b[:min(len(b), maxLook)]
	for i := skipSpaces(b, 0); i < len(b); {
		end := indexSpace(b, i)
		word := b[i:end]
		i = skipSpaces(b, end)
		if isOtherProtocol(word) {
			return u, false
		}
		if proto, _ := bsdProto(bytes.ToLower(word)); proto != 0 && u.Proto == 0 {
			u.Proto = proto
		}
		if u.State == NoState && len(word) >= len("ESTAB") && word[0] >= 'A' && word[0] <= 'Z' {
			u.State, _ = stateOf(word)
		}
		next := b[i:indexSpace(b, i)]
		if !isLikeEndpoint(word) || !isLikeEndpoint(next) || u.HasLocal || u.HasRemote {
			continue
		}
		u.HasLocal = p.anyEndpoint(word, &u.Local)
		u.HasRemote = p.anyEndpoint(next, &u.Remote)
		u.Remote.Cut = u.HasRemote && i+len(next) == len(b)
		ok = u.HasLocal || u.HasRemote
	}
	return u, ok
}

// isLikeEndpoint reports whether b has the shape of an endpoint.
func isLikeEndpoint(b []byte) bool {
	return len(b) >= len("*:*") && bytes.ContainsAny(b, ":.") && bytes.ContainsAny(b, "0123456789*")
}

// maxLook is how far into a line the endpoints of a row are looked for.
const maxLook = 512

// anyEndpoint reads an endpoint that has an address or a star, in any dialect.
func (p *parser) anyEndpoint(b []byte, e *Endpoint) bool {
	ok := p.endpoint(b, e) || isDotted(b) && p.dotEndpoint(b, e)
	p.zone = ""
	return ok && (e.Addr.IsValid() || e.Host == "*")
}

// isOtherProtocol knows the words of what has endpoints but is neither TCP nor
// UDP.
func isOtherProtocol(word []byte) bool {
	if end := protoEnd(word, 0); end > 0 && end < len(word) && word[end] == '/' {
		return true // the "tcp4/1" of a multipath subflow
	}
	for n := len(word); n > 0 && (word[n-1] == '4' || word[n-1] == '6'); n-- {
		word = word[:n-1]
	}
	switch string(word) {
	case "raw", "RAW", "icmp", "icm", "ip", "div", "divert", "udplite", "udpl", "UDPLITE", "sctp", "SCTP", "dccp", "mptcp", "unix", "stream", "dgram", "seqpac",
		"nl", "p_raw", "p_dgr", "u_str", "u_dgr", "u_seq", "v_str", "v_dgr", "ti_st", "ti_dg", "ti_sq", "ti_rd", "xdp": // ss
		return true
	}
	return false
}

// A copy or a filter may leave so little of a row that nothing in it looks like
// one. Such a fragment is known by where it stands: directly between two rows, or
// as the last line, beginning as the row above does.

// fragment is what is known of the line before, if it may be one.
type fragment struct {
	below bool           // it follows a row or a header
	fresh bool           // and there was no row since the header
	start [maxStart]byte // how that row begins
	text  string         // the line, "" if the line before was understood
}

// maxStart is how much of two rows is compared.
const maxStart = 3

// near looks at a line that was read for what it tells of the line before.
func (p *parser) near(r *row, known, isRow, isHeader bool) {
	f, b := &p.rest, r.b
	switch {
	case isHeader:
		p.endFragment()
		*f = fragment{below: true, fresh: true}
	case isRow:
		if f.text != "" && !p.gap {
			p.keepFragment()
		}
		f.below, f.fresh, f.text = true, false, ""
		copy(f.start[:], b[r.edge[0]:])
	case known && f.text != "":
		p.endFragment()
	case known:
		f.below = f.below && !p.gap
	case f.below && !p.gap && isMessage(b):
		// netstat says that it needs root, on another channel between the rows
	case f.below && f.text == "" && !p.gap && !p.wasUnread(b):
		f.text = string(b[:min(len(b), sampleLen)])
		f.below = false
	default:
		p.endFragment()
	}
	p.gap = false
}

// isMessage reports whether the line begins as no row does, ends as a sentence,
// or is a prompt.
func isMessage(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) == 0 || b[0] == '(' || b[0] == '[' || b[0] >= 0x80 || bytes.IndexByte([]byte(").$#>%"), b[len(b)-1]) >= 0
}

// beginning returns the first few bytes of a line that are not blank.
func beginning(b []byte) []byte {
	b = trimLeft(b)
	return b[:min(len(b), maxStart)]
}

// wasUnread reports whether the line was noted already.
func (p *parser) wasUnread(b []byte) bool {
	n := len(p.sum.Unread)
	return n > 0 && p.sum.Unread[n-1].Text == string(b[:min(len(b), sampleLen)])
}

// endFragment takes a line behind which no row follows: it is a fragment if it
// begins as the row above it, or if there is no row above it.
func (p *parser) endFragment() {
	f := &p.rest
	start := beginning([]byte(f.text))
	if len(start) > 0 && (f.fresh || bytes.HasPrefix(f.start[:], start)) {
		p.keepFragment()
	}
	*f = fragment{}
}

// keepFragment notes the fragment, which was counted as skipped.
func (p *parser) keepFragment() {
	p.sum.Broken++
	if len(p.sum.Unread) < maxUnread {
		p.sum.Unread = append(p.sum.Unread, Unread{Text: p.rest.text})
	}
}

// isPartOfProtocol reports whether that is all that is left of a row.
func isPartOfProtocol(b []byte) bool {
	if len(b) == 0 || len(b) > len("TC") {
		return false
	}
	for _, word := range [...]string{"tcp", "udp", "TCP", "UDP"} {
		if bytes.HasPrefix([]byte(word), b) {
			return true
		}
	}
	return false
}
