// Package state holds the four states of a monitoring plugin.
//
// Labels and exit codes are those of the Monitoring Plugins guidelines as
// go-nagios has them; the order of severity is check_netstat's own.
package state

import (
	"fmt"
	"strings"

	nagios "github.com/atc0005/go-nagios"
)

// State is a monitoring state. The values rise with severity, so that the
// worst of several is the largest: OK < WARNING < UNKNOWN < CRITICAL.
type State uint8

// The states.
const (
	OK State = iota
	Warning
	Unknown
	Critical
)

// All lists the states, worst first.
var All = [...]State{Critical, Unknown, Warning, OK}

// String returns the label: "OK", "WARNING", "CRITICAL" or "UNKNOWN".
func (s State) String() string { return nagios.ExitCodeToStateLabel(s.ExitCode()) }

// ExitCode returns the plugin's exit code: 0, 1, 2 or 3.
func (s State) ExitCode() int {
	switch s {
	case OK:
		return nagios.StateOKExitCode
	case Warning:
		return nagios.StateWARNINGExitCode
	case Critical:
		return nagios.StateCRITICALExitCode
	}
	return nagios.StateUNKNOWNExitCode
}

// Parse reads a label in any case.
func Parse(label string) (State, error) {
	for _, s := range All {
		if strings.EqualFold(label, s.String()) {
			return s, nil
		}
	}
	return Unknown, fmt.Errorf("%q is no state: ok, warning, critical or unknown", label)
}
