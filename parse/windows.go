package parse

import "bytes"

// Windows: netstat -an, -ano, -anob, -anq, -t, in any language.
//
//	Active Connections
//
//	  Proto  Local Address          Foreign Address        State           PID
//	  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       948
//	  RpcSs
//	 [svchost.exe]
//	  TCP    192.0.2.7:51041        198.51.100.30:443      CLOSE_WAIT      5712
//	 Can not obtain ownership information
//	  TCP    [fe80::1%12]:49722     [::]:0                 LISTENING       724
//	  UDP    0.0.0.0:161            *:*                                    3100
//	  TCP    192.0.2.7:4888         host:https             ESTABLISHED     InHost
//
// The owner lines of -b stand directly below their row and are indented: the
// component, which is the short name of a service, or on Windows XP the DLLs of
// the call stack, with blank lines between; then the program in brackets, which
// ends them. Any other line ends the row without a name: what stands in brackets
// below it belongs to something else. "[...]" is how people leave lines out.

type windows struct {
	words
	owned bool // the row above has got its program
	pids  bool // the last column is the PID
}

// systemPID is the process ID of the kernel since Windows XP, which -b does not
// name everywhere.
const systemPID = 4

func (w *windows) reset() { *w = windows{pids: w.pids} }

func (*windows) about() (string, System) { return "windows", Windows }

func (w *windows) read(p *parser, r *row) lineKind {
	var proto Proto
	switch string(r.field(0)) {
	case "TCP":
		proto = TCP
	case "UDP":
		proto = UDP
	case "Proto":
		w.pids = r.lastIs("PID")
		if bytes.HasPrefix(r.from(1), []byte("Local Address")) {
			return headerLine
		}
		return notMine
	case "Active":
		if string(r.from(1)) == "Connections" {
			return headerLine
		}
		return notMine
	default:
		w.pids = w.pids || r.lastIs("PID") // the titles are translated, this one is not
		return w.owner(p, r.b)
	}
	local := r.field(1)
	s := p.begin(proto)
	if !p.ends(s, local, r.field(2)) {
		if bytes.IndexByte(local, ':') < 0 {
			return notMine
		}
		return malformed
	}
	if (proto == TCP || w.pids) && r.n == 3 && !hasBlankBehind(r, 2) {
		return malformed // cut off where the state would stand
	}
	s.setFamily()
	if s.Family == IPv6 && s.Local.IsWildcard() {
		s.V6Only = Yes // a socket that serves both has a row of each
	}
	i := 3
	// Names widen the address columns but never hide the state: a number here
	// means that the row has none.
	if state := r.field(3); proto == TCP && len(state) > 0 && state[0]-'0' > 9 {
		w.setState(p, s, state)
		i = 4
	}
	if pid, ok := parsePID(r.field(i)); ok {
		o := Owner{PID: pid}
		if pid == systemPID {
			o.Name = "System"
		}
		s.Owners = append(s.Owners, o)
	}
	if w.pids && r.n <= i && len(s.Owners) == 0 {
		s.Owners = append(s.Owners, Owner{}) // cut off
	}
	w.owned = false
	return socket
}

// owner reads a line of -b and adds what it says to the row above.
func (w *windows) owner(p *parser, b []byte) lineKind {
	if !p.follows(w) {
		return notMine
	}
	if !isIndented(b) {
		if !isMarked(b) {
			p.flush()
		}
		return notMine
	}
	text := bytes.TrimSpace(b)
	if isPartOfProtocol(text) {
		return malformed
	}
	if w.owned {
		return continuation
	}
	switch name, bracketed := inBrackets(text); {
	case bracketed:
		w.owned = true
		if string(name) == "..." {
			return continuation
		}
		p.sum.NamesOwners = true
		if len(p.last.Owners) == 0 {
			p.last.Owners = append(p.last.Owners, Owner{})
		}
		p.last.Owners[0].Name = p.intern(name)
	case isComponent(text):
		p.sum.NamesOwners = true
		p.last.Services = append(p.last.Services, p.intern(text))
	}
	return continuation // or a DLL, or "Can not obtain ownership information"
}

func inBrackets(text []byte) (name []byte, ok bool) {
	if len(text) < 3 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil, false
	}
	return text[1 : len(text)-1], true
}

// isComponent reports whether the text can be the short name of a service, and
// is no DLL, path or sentence.
func isComponent(text []byte) bool {
	for _, c := range text {
		if !isWordByte(c) && c != '$' || c == '.' || c == '/' || c >= 0x80 {
			return false
		}
	}
	return text[0] != '-'
}
