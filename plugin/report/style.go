package report

import (
	"check_netstat/parse"
	"check_netstat/plugin/state"
)

// Style says how the output looks. The zero value is plain text of any width, for
// what is no terminal.
type Style struct {
	Terminal bool // a person reads it
	Width    int  // columns of the terminal, 0 for any
	Color    bool // states in colour
}

// color is an escape sequence for colour (ECMA-48, SGR). These are the only
// escape sequences in the output: text from outside passes through Clean.
type color string

const (
	plainColor color = ""
	red        color = "\x1b[31m"
	green      color = "\x1b[32m"
	yellow     color = "\x1b[33m"
	magenta    color = "\x1b[35m"
	resetColor color = "\x1b[0m"
)

// paint puts text in a colour.
func (s Style) paint(text string, c color) string {
	if !s.Color || c == plainColor || text == "" {
		return text
	}
	return string(c) + text + string(resetColor)
}

// stateColor is the colour of a monitoring state.
func stateColor(s state.State) color {
	switch s {
	case state.OK:
		return green
	case state.Warning:
		return yellow
	case state.Critical:
		return red
	}
	return magenta
}

// socketColor is the colour of the state that a socket would have as the only
// one of an item.
func socketColor(s *parse.Socket) color {
	switch {
	case s.Proto == parse.UDP:
		return plainColor
	case s.State == parse.Established, s.State == parse.Listen:
		return green
	case s.State == parse.TimeWait:
		return yellow
	}
	return red
}
