package state

import (
	"slices"
	"strings"
	"testing"
)

func TestStatesHaveTheGuidelinesLabelsAndExitCodes(t *testing.T) {
	for _, tt := range []struct {
		s     State
		label string
		code  int
	}{
		{OK, "OK", 0}, {Warning, "WARNING", 1}, {Critical, "CRITICAL", 2}, {Unknown, "UNKNOWN", 3},
		{Critical + 1, "UNKNOWN", 3}, {255, "UNKNOWN", 3}, // what is no state is never OK
	} {
		if got := tt.s.String(); got != tt.label {
			t.Errorf("state %d has label %q, want %q", tt.s, got, tt.label)
		}
		if got := tt.s.ExitCode(); got != tt.code {
			t.Errorf("%s has exit code %d, want %d", tt.label, got, tt.code)
		}
	}
}

func TestCriticalIsWorseThanUnknownThanWarningThanOK(t *testing.T) {
	want := []State{Critical, Unknown, Warning, OK}
	if !slices.Equal(All[:], want) {
		t.Errorf("All = %v, want %v", All, want)
	}
	if !slices.IsSortedFunc(All[:], func(a, b State) int { return int(b) - int(a) }) {
		t.Errorf("All = %v does not fall", All)
	}
	if got := max(OK, Critical, Unknown, Warning); got != Critical {
		t.Errorf("the largest state is %v, want CRITICAL", got)
	}
}

func TestTheZeroStateIsOK(t *testing.T) {
	var s State
	if s != OK {
		t.Errorf("zero value is %v", s)
	}
}

func TestParseReadsALabelInAnyCase(t *testing.T) {
	for _, s := range All {
		for _, label := range []string{s.String(), strings.ToLower(s.String()), s.String()[:1] + strings.ToLower(s.String()[1:])} {
			if got, err := Parse(label); got != s || err != nil {
				t.Errorf("Parse(%q) = %v, %v, want %v", label, got, err, s)
			}
		}
	}
}

func TestParseRefusesWhatIsNoLabel(t *testing.T) {
	for _, label := range []string{"", "0", "crit", "WARN", " ok", "DEPENDENT", "ok,warning"} {
		got, err := Parse(label)
		if err == nil {
			t.Errorf("Parse(%q) = %v, want an error", label, got)
			continue
		}
		if got != Unknown || !strings.Contains(err.Error(), "ok, warning, critical or unknown") {
			t.Errorf("Parse(%q) = %v, %v, want UNKNOWN and the labels", label, got, err)
		}
	}
}
