package parse

import "strings"

// State is the state of a TCP socket. The names are those of the Linux kernel
// (include/net/tcp_states.h) for the states of RFC 9293, section 3.3.2.
type State uint8

// The states. Bound and Idle exist on systems that show a socket which has an
// address but neither listens nor is connected (Windows netstat -q, Solaris).
const (
	NoState State = iota // none is shown, or UDP
	Established
	SynSent
	SynRecv
	FinWait1
	FinWait2
	TimeWait
	Closed
	CloseWait
	LastAck
	Listen
	Closing
	Bound
	Idle
	OtherState // a word that is not known: Socket.Word has it
)

// NumStates is the number of values a State can have.
const NumStates = int(OtherState) + 1

var stateNames = [NumStates]string{
	"", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
	"CLOSED", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "BOUND", "IDLE", "?",
}

// String returns the state's name, "" for [NoState] and "?" for [OtherState].
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "?"
}

// StateByName returns the state with that name in any of the spellings that
// netstat and ss use, in any case; ok is false where it is none of them.
func StateByName(name string) (s State, ok bool) {
	s, ok = stateWords[strings.ToUpper(name)]
	return s, ok
}

// stateWords are the words for a state. English: net-tools lib/inet.c, Windows
// netstat, BSD tcp_fsm.h, iproute2 misc/ss.c, Solaris. The others are
// net-tools' own translations (po/*.po), which a saved output may carry; a live
// run asks for LC_ALL=C.
var stateWords = map[string]State{
	"ESTABLISHED": Established, "ESTAB": Established,
	"SYN_SENT": SynSent, "SYN-SENT": SynSent,
	"SYN_RECV": SynRecv, "SYN-RECV": SynRecv, "SYN_RECEIVED": SynRecv, "SYN_RCVD": SynRecv,
	"FIN_WAIT1": FinWait1, "FIN-WAIT-1": FinWait1, "FIN_WAIT_1": FinWait1,
	"FIN_WAIT2": FinWait2, "FIN-WAIT-2": FinWait2, "FIN_WAIT_2": FinWait2,
	"TIME_WAIT": TimeWait, "TIME-WAIT": TimeWait,
	"CLOSED": Closed, "CLOSE": Closed, "UNCONN": Closed,
	"CLOSE_WAIT": CloseWait, "CLOSE-WAIT": CloseWait,
	"LAST_ACK": LastAck, "LAST-ACK": LastAck,
	"LISTEN": Listen, "LISTENING": Listen,
	"CLOSING": Closing,
	"BOUND":   Bound,
	"IDLE":    Idle,

	"VERBUNDEN": Established, // de

	"SPOJENO": Established, "NASLOUCHÁ": Listen, "ZAVŘEN": Closed, "ZAVÍRÁ": Closing, // cs

	"ESTABELECIDA": Established, "OUÇA": Listen, "FECHAR": Closed, "FECHANDO": Closing, // pt_BR
	"ESPERANDO_FECHAR": CloseWait, "ESPERA_FIN1": FinWait1, "ESPERA_FIN2": FinWait2,
	"SYN_RECEBIDO": SynRecv, "SYN_ENVIADO": SynSent,

	"ESTABLECIDO": Established, "ESCUCHAR": Listen, // es
}
