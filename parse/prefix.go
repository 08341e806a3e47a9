package parse

import "bytes"

// Captures come out of logs, mails and grep, so that something stands before
// each row:
//
//	> tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN
//	12:LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
//	host1.txt:  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948
//	Nov 24 21:00:01 host1 netstat[812]: tcp6       0      0 :::80                   :::*                    LISTEN
//
// Quote marks and the line numbers of "grep -n" are taken off any line. What else
// stands there is only passed over where a whole row follows: a line of text may
// hold "tcp", too.

// prefixed takes a line that no dialect knows as it stands.
func (p *parser) prefixed(b []byte) bool {
	rest := unquote(b)
	quoted := len(rest) < len(b)
	if quoted && (len(trimLeft(rest)) == 0 || p.takeLine(rest)) {
		return true
	}
	// A prefix may hold a row's word, too; beyond the third it is no prefix.
	for at, n := rowStart(rest, 0), 0; at < len(rest) && n < maxPrefixes; at, n = rowStart(rest, at), n+1 {
		p.inner.splitAny(rest[at:])
		for i := range p.dialects {
			switch p.dialects[i].read(p, &p.inner) {
			case socket:
				p.accept(i)
				p.current = i
				return true
			case headerLine:
				p.header(i)
				return true
			}
		}
	}
	if quoted && beginsLikeRow(rest) {
		p.unread(b)
		return true
	}
	return false
}

const maxPrefixes = 4

// takeLine offers a part of a line.
func (p *parser) takeLine(b []byte) bool {
	p.inner.splitAny(b)
	return p.take(&p.inner)
}

// unquote takes the marks off that mail programs and forums put before a line,
// and the number that grep puts there.
func unquote(b []byte) []byte {
	if n := skipDigits(b, 0); n > 0 && n < len(b) && b[n] == ':' {
		return b[n+1:]
	}
	rest := trimLeft(b)
	if inner, quoted := inQuotes(rest); quoted {
		return inner
	}
	for len(rest) > 0 && (rest[0] == '>' || rest[0] == '|') {
		b = rest[1:]
		rest = trimLeft(b)
	}
	if len(b) > 0 && b[0] == ' ' { // the mark's own blank
		return b[1:]
	}
	return b
}

// inQuotes returns what stands in quotes, as one of the strings of a JSON list.
func inQuotes(b []byte) (inner []byte, ok bool) {
	b = bytes.TrimSuffix(trimRight(b), []byte{','})
	if len(b) < 3 || b[0] != '"' || b[len(b)-1] != '"' {
		return nil, false
	}
	return b[1 : len(b)-1], true
}

// isMarked reports whether unquote takes a mark or a number off.
func isMarked(b []byte) bool {
	start := trimLeft(b)
	n := skipDigits(b, 0)
	return len(start) > 0 && (start[0] == '>' || start[0] == '|' || start[0] == '"') || n > 0 && n < len(b) && b[n] == ':'
}

// rowStart finds the next place behind i at which a row may begin: a protocol's
// word or a state of ss behind a blank or a colon, and any word behind a mark
// that ends a prefix. What stands between quotes or tags has an end of theirs. It
// returns len(b) if there is none.
func rowStart(b []byte, i int) int {
	for i = max(i, skipSpaces(b, 0)) + 1; i+4 < len(b); i++ {
		before := b[i-1]
		if before != ' ' && before != ':' || b[i] == ' ' {
			continue
		}
		if end := protoEnd(b, i); end > 0 && end < len(b) && b[end] == ' ' {
			return i
		}
		if before != ' ' {
			continue
		}
		if b[i] >= 'A' && b[i] <= 'Z' {
			if state, _ := ssState(b[i:indexSpace(b, i)]); state != NoState {
				return i
			}
		}
		if mark := trimRight(b[:i]); len(mark) > 0 && bytes.IndexByte([]byte(":>|]"), mark[len(mark)-1]) >= 0 {
			return i
		}
	}
	return len(b)
}

// isIndented reports whether b begins with a blank and is neither a row nor has one
// behind a prefix, so that it may belong to the row above.
func isIndented(b []byte) bool {
	if b[0] != ' ' {
		return false
	}
	start := trimLeft(b)
	if bytes.HasPrefix(start, []byte("sl ")) {
		return false // the header of /proc/net
	}
	return len(start) > 0 && start[0] != '>' && start[0] != '|' && start[0] != '"' && !beginsRow(b) && rowStart(b, 0) == len(b)
}

// protoEnd returns the index behind "tcp", "tcp4", "udp46" and the like at i, in
// any case, 0 where there is none.
func protoEnd(b []byte, i int) int {
	if len(b) < i+3 {
		return 0
	}
	switch string([]byte{b[i] | 0x20, b[i+1] | 0x20, b[i+2] | 0x20}) {
	case "tcp", "udp":
		i += 3
	default:
		return 0
	}
	for i < len(b) && (b[i] == '4' || b[i] == '6') {
		i++
	}
	return i
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '-' || c == '.' || c == '/' || c >= 0x80
}

// beginsLikeRow reports whether b begins with a protocol's word. It is no row of
// a socket where the word goes on: "tcpdump", "TcpExt:", "udplite", the
// "tcp4/1" of a multipath subflow, whose socket has a row of its own; nor where
// only words follow, as in "TCP Statistics for IPv4", or three counts and
// nothing else, as in "ss -s".
func beginsLikeRow(b []byte) bool {
	b = trimLeft(b)
	end := protoEnd(b, 0)
	if end == 0 || end < len(b) && (isWordByte(b[end]) || b[end] == ':') {
		return false
	}
	word, rest := field(b[end:])
	for n := 1; isNumber(word) && b[0] < 'a'; n++ {
		if n == 3 && len(rest) == 0 {
			return false
		}
		word, rest = field(rest)
	}
	return !isHeading(b[end:])
}

// isHeading reports whether b is words alone, without the signs and numbers that
// every row has.
func isHeading(b []byte) bool {
	words := 0
	for rest := b; len(rest) > 0; {
		var word []byte
		if word, rest = field(rest); len(word) == 0 {
			break
		}
		if bytes.ContainsAny(word, ".:*[]_-") || word[0]-'0' <= 9 {
			return false
		}
		words++
	}
	return words > 1
}
