package parse

import (
	"strings"
	"testing"
)

func TestEveryStateIsFoundByItsName(t *testing.T) {
	seen := map[string]bool{}
	for s := Established; s < OtherState; s++ {
		name := s.String()
		if name == "" || name == "?" || seen[name] {
			t.Errorf("State(%d) has the name %q", s, name)
		}
		seen[name] = true
		for _, spelling := range []string{name, strings.ToLower(name)} {
			if got, ok := StateByName(spelling); !ok || got != s {
				t.Errorf("StateByName(%q) = %v, %v; want %v", spelling, got, ok, s)
			}
		}
	}
}

func TestStatesWithoutAName(t *testing.T) {
	for s, want := range map[State]string{NoState: "", OtherState: "?", OtherState + 1: "?", 255: "?"} {
		if s.String() != want {
			t.Errorf("State(%d) = %q, want %q", uint8(s), s, want)
		}
	}
}

func TestStatesInTheSpellingsOfOtherSystemsAndLanguages(t *testing.T) {
	for word, want := range map[string]State{
		"LISTENING": Listen, "listening": Listen, "ESTAB": Established, "SYN_RECEIVED": SynRecv, "SYN_RCVD": SynRecv,
		"FIN_WAIT_1": FinWait1, "FIN-WAIT-2": FinWait2, "Time-Wait": TimeWait, "CLOSE": Closed, "UNCONN": Closed,
		"VERBUNDEN": Established, "ouça": Listen, "ESTABLECIDO": Established, "ZAVŘEN": Closed,
	} {
		if got, ok := StateByName(word); !ok || got != want {
			t.Errorf("StateByName(%q) = %v, %v; want %v", word, got, ok, want)
		}
	}
}

func TestAWordThatIsNoStateIsNotKnown(t *testing.T) {
	for _, word := range []string{"", "?", " LISTEN", "LISTENER", "OUABCA", "ABHREN", "ZAV?", "ABH????????????????REN"} {
		if got, ok := StateByName(word); ok {
			t.Errorf("StateByName(%q) = %v, want none", word, got)
		}
	}
}
