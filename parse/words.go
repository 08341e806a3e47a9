package parse

import "strings"

// StateByName returns the state with that name in any of the spellings that
// netstat and ss use, in any case; ok is false where it is none of them.
func StateByName(name string) (s State, ok bool) {
	return stateOf([]byte(strings.ToUpper(name)))
}

// stateOf returns the state that a word means. English: net-tools netstat.c,
// Windows netstat, BSD tcp_fsm.h, NetBSD's short forms (inet.c), iproute2
// misc/ss.c, Solaris. The others are net-tools' own translations (po/*.po) and
// German Windows, which a saved output may carry; all other Windows keep the
// English words, and a live run asks for LC_ALL=C.
//
// It is a switch and no map, so that it costs nothing to start with.
func stateOf(word []byte) (s State, ok bool) {
	switch string(word) {
	case "ESTABLISHED", "ESTAB", "ESTABL",
		"VERBUNDEN", "HERGESTELLT", // de: Linux, Windows
		"SPOJENO",      // cs
		"ESTABELECIDA", // pt_BR
		"ESTABELECIDO", // pt_PT
		"ESTABLECIDO",  // es
		"ETABLERAD",    // sv
		"ESTABLERT":    // ca
		return Established, true
	case "SYN_SENT", "SYN-SENT", "SYNSEN", "SYN_GESENDET", "SYN_ENVIADO":
		return SynSent, true
	case "SYN_RECV", "SYN-RECV", "SYN_RECEIVED", "SYN_RCVD", "SYSRCV", "SYN_EMPFANGEN", "SYN_RECEBIDO":
		return SynRecv, true
	case "FIN_WAIT1", "FIN-WAIT-1", "FIN_WAIT_1", "FWAIT1", "FIN_WARTEN_1", "ESPERA_FIN1":
		return FinWait1, true
	case "FIN_WAIT2", "FIN-WAIT-2", "FIN_WAIT_2", "FWAIT2", "FIN_WARTEN_2", "ESPERA_FIN2":
		return FinWait2, true
	case "TIME_WAIT", "TIME-WAIT", "TMWAIT", "WARTEND":
		return TimeWait, true
	case "CLOSED", "CLOSE", "UNCONN", "GESCHLOSSEN", "FECHAR":
		return Closed, true
	case "CLOSE_WAIT", "CLOSE-WAIT", "CLWAIT", "SCHLIESSEN_WARTEN", "ESPERANDO_FECHAR":
		return CloseWait, true
	case "LAST_ACK", "LAST-ACK", "LASTAK":
		return LastAck, true
	case "LISTEN", "LISTENING", "ABHOEREN", "ESCUCHAR", "ESCUTA", "LYSSNAR", "ESCOLTANT":
		return Listen, true
	case "CLOSING", "CLOSNG", "SCHLIESSEND", "FECHANDO":
		return Closing, true
	case "BOUND", "GEBUNDEN":
		return Bound, true
	case "IDLE":
		return Idle, true
	}
	for _, c := range word {
		if isForeign(c) {
			return foreignState(word)
		}
	}
	return NoState, false
}

// foreignWords are the words with letters that ASCII has not; each such letter
// is a "*" here. How its bytes look depends on the code page that wrote the
// output (cp437, 850, 852, 1250, 1252, ISO 8859, UTF-8) and on whoever has
// decoded it since: ABHÖREN comes as "ABH\x99REN", "ABH\xd6REN", "ABH™REN",
// "ABHÃ–REN", "ABH?REN". But in all of them such a letter is one or a few bytes
// that are no ASCII, or a question mark, so that the rest tells the word.
var foreignWords = [...]struct {
	word  string
	state State
}{
	{"ABH*REN", Listen},              // de, Windows: ABHÖREN
	{"SCHLIE*EN_WARTEN", CloseWait},  // SCHLIEßEN_WARTEN
	{"NASLOUCH*", Listen},            // cs: NASLOUCHÁ
	{"ZAV*EN", Closed},               // ZAVŘEN
	{"ZAV*R*", Closing},              // ZAVÍRÁ
	{lastAckCzech + " ACK", LastAck}, // POSLEDNÍ ACK
	{"OU*A", Listen},                 // pt_BR: OUÇA
	{"*LTIMO_ACK", LastAck},          // ÚLTIMO_ACK
	{"ST*NG", Closed},                // sv: STÄNG
	{"ST*NGD", Closed},               // STÄNGD
	{"ST*NG_V*NTA", CloseWait},       // STÄNG_VÄNTA
	{"ST*NGER", Closing},             // STÄNGER
}

// lastAckCzech is the first half of the one translation that has two words.
const lastAckCzech = "POSLEDN*"

func foreignState(word []byte) (s State, ok bool) {
	for i := range foreignWords {
		if spells(word, foreignWords[i].word) {
			return foreignWords[i].state, true
		}
	}
	return NoState, false
}

// maxForeign is how many bytes one letter can have become: a UTF-8 letter of two
// bytes whose bytes were each decoded and written as UTF-8 again, up to three
// bytes each, twice over.
const maxForeign = 12

func isForeign(c byte) bool { return c >= 0x80 || c == '?' }

// spells reports whether b is the word, whatever became of its letters "*".
func spells(b []byte, word string) bool {
	for i := range len(word) {
		if word[i] != '*' {
			if len(b) == 0 || b[0] != word[i] {
				return false
			}
			b = b[1:]
			continue
		}
		n := 0
		for n < len(b) && n <= maxForeign && isForeign(b[n]) {
			n++
		}
		if n == 0 || n > maxForeign {
			return false
		}
		b = b[n:]
	}
	return len(b) == 0
}

// words is how an output calls the state LISTEN.
type words struct {
	listen  string // the word, "" if none was seen that is known
	unknown string // the first word that is not known in a row that looks listening
	several bool   // and there are others
}

// setState fills the state from its word.
//
// A word that is not known, in a row that has the shape of a listening socket
// (a local port, no remote one), is a translation of one of three: LISTEN; BOUND,
// which Windows shows with -q only and translates, if at all, in German only;
// or CLOSED, which no system keeps in its list with a port for longer than a
// program takes from bind to listen. A system has one word for LISTEN, so if the
// whole output has only one such word and none that is known, it is that.
func (w *words) setState(p *parser, s *Socket, word []byte) {
	if s.Proto == UDP {
		return
	}
	st, known := commonState(word)
	if !known {
		st, known = stateOf(word)
	}
	if known {
		s.State = st
		if st == Listen && w.listen == "" {
			w.listen = p.intern(word)
		}
		return
	}
	s.State, s.Word = OtherState, p.intern(word)
	if s.looksListening() && !saysUnknown(word) {
		w.several = w.several || w.unknown != "" && w.unknown != s.Word
		w.unknown = s.Word
		s.doubt |= stateWord
	}
}

// settle decides whether words that are not known mean LISTEN.
func (w *words) settle(held []Socket) []Socket {
	for i := range held {
		w.decide(&held[i])
	}
	return held
}

func (w *words) decide(s *Socket) {
	if s.doubt&stateWord != 0 && w.listen == "" && !w.several {
		s.State, s.Word = Listen, ""
	}
}

// commonState knows the states that most rows have, at the cost of one
// comparison (BenchmarkNetstat).
func commonState(word []byte) (s State, ok bool) {
	switch len(word) {
	case len("ESTABLISHED"):
		return Established, string(word) == "ESTABLISHED"
	case len("TIME_WAIT"):
		return TimeWait, string(word) == "TIME_WAIT"
	case len("CLOSE_WAIT"):
		return CloseWait, string(word) == "CLOSE_WAIT"
	}
	return NoState, false
}

// looksListening reports whether the row has a local port and no remote one.
// Without -n Windows shows the host's name in place of the remote wildcard.
func (s *Socket) looksListening() bool {
	return s.Remote.Port == 0 && s.Remote.Service == "" && (s.Local.Port != 0 || s.Local.Service != "")
}

// saysUnknown reports whether the tool itself did not know the state: net-tools
// in its languages, and toybox.
func saysUnknown(word []byte) bool {
	switch string(word) {
	case "UNKNOWN", "UNBEKANNT", "INCONNU", "DESCONHECIDA", "DESCONOCIDO", "TUNDMATU", "不明":
		return true
	}
	return spells(word, "NEZN*M") || spells(word, "OK*ND")
}
