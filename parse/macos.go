package parse

import "bytes"

// macOS shows the owner of a socket with netstat -v, behind the state and in
// columns that grew over the years. The row itself is that of BSD.
//
//	tcp4  0  0  192.0.2.7.52044  198.51.100.35.443  ESTABLISHED 131072 131860   9811      0
//	tcp4  0  0  192.0.2.7.52044  198.51.100.35.443  ESTABLISHED 131072 131860   9811      0 0x0102 0x00000008                      10.14
//	tcp6  0  0  *.2222  *.*  LISTEN 131072 131072 43379 0 00100 00000006 00000000003e3959 00000001 00000800 1 0 000001             13
//	tcp6  0  0  *.2222  *.*  LISTEN 0 0 131072 131072 43379 0 00100 00000006 00000000003e3959 00000001 00000800 1 0 000001         14
//	tcp4  0  0  *.5173  *.*  LISTEN 0 0 131072 131072 Google Chrome H:777 00180 00000006 00000000017df222 00000000 00000800 1 0 000000   26
//	udp4  0  0  *.41641 *.*  38400 16000 7340032 7340032 IPNExtension:71795 00100 00000020 0000000000226107 00000000 04000800 1 0 000002
//
// rhiwat, shiwat, pid, epid, since 14 with rxbytes and txbytes before them, since
// 15 with "process:pid" in place of the PIDs; then state, options and gencnt, in
// hexadecimal. A name may hold blanks, colons and parentheses, so it is what
// stands between the fourth number and the state.

// macNameLen is the longest name that the column shows.
const macNameLen = 15

// macTail reads the owner and reports whether the columns are those of -v.
func (p *parser) macTail(s *Socket, b []byte) bool {
	if len(b) == 0 || b[0]-'0' > 9 {
		return false
	}
	rest := trimRight(b[:macState(b)])
	var name, before, last []byte // behind the fourth number; the last two numbers
	n := 0
	for ; ; n++ {
		if n == 4 {
			name = rest
		}
		word, after := field(rest)
		if !isNumber(word) {
			break
		}
		before, last, rest = last, word, after
	}
	if colon := bytes.LastIndexByte(name, ':'); colon >= 0 && isNumber(name[colon+1:]) {
		pid, _ := parsePID(name[colon+1:])
		s.Owners = append(s.Owners, Owner{PID: pid, Name: p.intern(name[:colon]), Cut: colon >= macNameLen})
		return true
	}
	if n != 4 && n != 6 || len(rest) > 0 {
		return false
	}
	if pid, ok := parsePID(before); ok {
		s.Owners = append(s.Owners, Owner{PID: pid})
	}
	return true
}

// macState returns where the columns in hexadecimal begin, len(b) where there
// are none: two before gencnt, which has 16 digits, or with the first that is
// filled up with zeros.
func macState(b []byte) int {
	padded := len(b)
	var starts [2]int // of the two fields before
	for i, n := skipSpaces(b, 0), 0; i < len(b); n++ {
		end := indexSpace(b, i)
		word := b[i:end]
		if len(word) == 16 && n >= 2 && isHex(word) {
			return starts[0]
		}
		if padded == len(b) && len(word) >= 5 && word[0] == '0' && (isHex(word) || word[1] == 'x') {
			padded = i
		}
		starts[0], starts[1] = starts[1], i
		i = skipSpaces(b, end)
	}
	return padded
}

func isHex(b []byte) bool {
	for _, c := range b {
		if hexDigit(c) < 0 {
			return false
		}
	}
	return true
}
