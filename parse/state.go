package parse

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
