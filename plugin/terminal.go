package plugin

import (
	"io"
	"os"

	"check_netstat/plugin/report"
)

// style is how tables look on w: as a terminal wants them, or plain where w is
// none. NO_COLOR (no-color.org) and TERM=dumb take the colours away.
func style(w io.Writer) report.Style {
	if under, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = under.Unwrap()
	}
	f, ok := w.(*os.File)
	if !ok {
		return report.Style{}
	}
	width, isTerminal := terminalWidth(f)
	if !isTerminal {
		return report.Style{}
	}
	return report.Style{
		Terminal: true,
		Width:    width,
		Color:    os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && takesEscapes(f),
	}
}
