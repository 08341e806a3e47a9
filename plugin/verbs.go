package plugin

import (
	"fmt"
	"slices"
	"strings"

	"check_netstat/plugin/discover"
)

// verb is what the command line asks for.
type verb string

const (
	verbCheck    verb = ""
	verbItems    verb = "items"
	verbLint     verb = "lint"
	verbSockets  verb = "sockets"
	verbLearn    verb = "learn"
	verbDiscover verb = "discover"
)

// The arguments of learn.
const (
	learnConnections = "connections"
	learnListening   = "listening"
)

// verbs are what the program does beside the check, in the order of the help.
var verbs = [...]struct {
	verb      verb
	arguments []string // exactly one of these follows the verb, where there are any
	text      string
}{
	{verbItems, nil, "the watch items, with their keys"},
	{verbLint, nil, "problems in the lists; exit 0 or 3"},
	{verbSockets, nil, "the snapshot that a check would see"},
	{verbLearn, []string{learnConnections, learnListening}, "write a watch list of what is there"},
	{verbDiscover, discover.Formats(), "monitoring objects, one service per item"},
}

// takeArguments takes what stands on the command line beside options and verb.
func (r *request) takeArguments(rest []string) error {
	if r.verb == verbCheck {
		if len(rest) == 0 {
			return nil
		}
		names := make([]string, len(verbs))
		for i, v := range verbs {
			names[i] = string(v.verb)
		}
		return fmt.Errorf("unexpected argument %q%s", rest[0], didYouMean(rest[0], "", names))
	}
	for _, v := range verbs {
		if v.verb == r.verb && len(v.arguments) > 0 {
			choices := strings.Join(v.arguments, ", ")
			if len(rest) == 0 {
				return fmt.Errorf("%s needs one of: %s", r.verb, choices)
			}
			if !slices.Contains(v.arguments, rest[0]) {
				return fmt.Errorf("%s %q: not one of %s%s", r.verb, rest[0], choices, didYouMean(rest[0], "", v.arguments))
			}
			r.argument, rest = rest[0], rest[1:]
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q; see --help", rest[0])
	}
	return nil
}
