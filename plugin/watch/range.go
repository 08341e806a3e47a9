package watch

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	nagios "github.com/atc0005/go-nagios"
)

// Range is a threshold range of the Monitoring Plugins guidelines ("10",
// "10:", "~:10", "10:20", "@10:20") on a number of sockets. The zero value
// never alerts.
type Range struct {
	text  string
	r     nagios.Range
	given bool
}

// rangeForm is the grammar of the guidelines. go-nagios' own parser also takes
// text that is no range, such as "@" or "5:x".
var rangeForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^@?(?:(~|-?\d+(?:\.\d+)?)?:)?(-?\d+(?:\.\d+)?)?$`)
})

// ParseRange reads a range; empty text is the zero value.
func ParseRange(text string) (Range, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Range{}, nil
	}
	bad := fmt.Errorf("%q is no range such as 5, 1:, 2:10 or @0:3", text)
	body, inside := strings.CutPrefix(text, "@")
	if m := rangeForm().FindStringSubmatch(text); m == nil || body == "" || body == ":" {
		return Range{}, bad
	}
	// go-nagios takes "~" only where no "@" stands before it, so it never sees
	// the "@"; and it cannot judge a range open at both ends.
	r := nagios.ParseRangeString(body)
	if r == nil {
		return Range{}, bad
	}
	if inside {
		r.AlertOn = "INSIDE"
	}
	return Range{text: text, r: *r, given: true}, nil
}

// IsZero reports whether no range was given.
func (r Range) IsZero() bool { return !r.given }

// Alerts reports whether n sockets raise the alert.
func (r Range) Alerts(n int) bool {
	if !r.given {
		return false
	}
	if r.r.StartInfinity && r.r.EndInfinity {
		return r.r.AlertOn == "INSIDE"
	}
	return r.r.CheckRange(strconv.Itoa(n))
}

// String returns the range as it was written.
func (r Range) String() string { return r.text }
