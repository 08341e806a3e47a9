package report

import (
	"fmt"
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
)

// maxNamed bounds the unexpected ports that the summary names.
const maxNamed = 3

// unexpected is the part of the summary about what listens unexpectedly.
func (c *Check) unexpected() []string {
	u := c.Unexpected
	if u == nil || len(u.Sockets) == 0 && u.Reason == "" {
		return nil
	}
	if len(u.Sockets) == 0 {
		return []string{"unexpected ports: " + clip(Clean(u.Reason), maxReason)}
	}
	var names []string
	for i := range u.Sockets {
		if name := strayText(&u.Sockets[i]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	more := ""
	if len(names) > maxNamed {
		names, more = names[:maxNamed], " and others"
	}
	text := fmt.Sprintf("%s: %s%s", Plural(len(u.Sockets), "unexpected listening port"), strings.Join(names, ", "), more)
	if u.Reason != "" {
		text += "; " + u.Reason
	}
	return []string{clip(Clean(text), maxReason)}
}

// unexpectedLines has a line for each unexpected socket, and one for why it is
// not known what is unexpected. What is OK is shown like an item that is.
func unexpectedLines(u *match.Stray, verbosity int) []string {
	if u.State == state.OK && verbosity < 1 {
		return nil
	}
	var lines []string
	add := func(text string) { lines = append(lines, "["+u.State.String()+"] unexpected: "+Clean(text)) }
	if u.Reason != "" {
		add(u.Reason)
	}
	for i := range u.Sockets {
		add(strayText(&u.Sockets[i]))
	}
	return lines
}

// strayText names a listening socket: "tcp 0.0.0.0:8080 (2210/java)".
func strayText(s *parse.Socket) string {
	owners := ownersText(s)
	if owners == "" {
		owners = "program hidden"
	}
	return s.Proto.String() + " " + endpointText(s.Local) + " (" + owners + ")"
}
