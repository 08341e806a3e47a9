package report

import (
	"fmt"
	"slices"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/match"
	"check_netstat/plugin/watch"
)

// maxNamed bounds the unexpected sockets that the summary names.
const maxNamed = 3

// unexpectedText is the part of the first line about what is unexpected.
func unexpectedText(v *match.Verdict) string {
	noun := "unexpected listening port"
	if v.Item.Kind == watch.UnexpectedConnections {
		noun = "unexpected connection"
	}
	if len(v.Sockets) == 0 {
		return clip(Clean(noun+"s: "+v.Reason), maxProblem/2)
	}
	var names []string
	for i := range v.Sockets {
		if name := strayText(v, &v.Sockets[i]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	more := ""
	if len(names) > maxNamed {
		names, more = names[:maxNamed], " and others"
	}
	text := fmt.Sprintf("%s: %s%s", Plural(v.Matched, noun), strings.Join(names, ", "), more)
	if v.Reason != "" {
		text += "; " + v.Reason
	}
	return clip(Clean(text), maxProblem/2)
}

// unexpectedRows has a text for each unexpected socket, and one for why it is not
// known what is unexpected.
func unexpectedRows(v *match.Verdict) []string {
	var rows []string
	if v.Reason != "" {
		rows = append(rows, v.Reason)
	}
	for i := range v.Sockets {
		rows = append(rows, strayText(v, &v.Sockets[i]))
	}
	return rows
}

// strayText names a socket that is unexpected: "tcp 0.0.0.0:8080 (2210/java)",
// "tcp 198.51.100.4:443 (2210/java)".
func strayText(v *match.Verdict, s *parse.Socket) string {
	end := endpointText(s.Local, s.Device)
	if v.Item.Kind == watch.UnexpectedConnections {
		end = endpointText(s.Remote, "")
	}
	owners := "(" + ownersText(s, false) + ")"
	if len(s.Owners) == 0 {
		owners = "(hidden)"
	}
	return s.Proto.String() + " " + end + " " + owners
}
