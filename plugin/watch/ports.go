package watch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"check_netstat/parse"
)

// Ports is a set of ports. The zero value is "not given".
type Ports struct {
	Ranges []parse.PortRange // sorted, without overlap
	text   string
}

// IsZero reports whether no port was given.
func (p Ports) IsZero() bool { return len(p.Ranges) == 0 }

// All reports whether the set is every port, "*".
func (p Ports) All() bool {
	return len(p.Ranges) == 1 && p.Ranges[0] == parse.PortRange{First: 0, Last: 65535}
}

// Contains reports whether the port is in the set.
func (p Ports) Contains(port uint16) bool {
	for _, r := range p.Ranges {
		if r.First <= port && port <= r.Last {
			return true
		}
	}
	return false
}

// String returns the ports as they were written.
func (p Ports) String() string { return p.text }

// parsePorts reads "443", "8000-8099", "*" or several of them separated by
// blanks. Empty text is the zero value.
func parsePorts(text string) (Ports, error) {
	p := Ports{text: strings.Join(strings.Fields(text), " ")}
	for word := range strings.FieldsSeq(text) {
		r, err := parsePortRange(word)
		if err != nil {
			return Ports{}, fmt.Errorf("%q: %w", word, err)
		}
		p.Ranges = append(p.Ranges, r)
	}
	p.Ranges = mergeRanges(p.Ranges)
	return p, nil
}

// mergeRanges sorts the ranges and joins those that overlap, so that a port is
// in at most one of them.
func mergeRanges(ranges []parse.PortRange) []parse.PortRange {
	slices.SortFunc(ranges, func(a, b parse.PortRange) int { return int(a.First) - int(b.First) })
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && r.First <= merged[n-1].Last {
			merged[n-1].Last = max(merged[n-1].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

func parsePortRange(word string) (parse.PortRange, error) {
	if word == "*" {
		return parse.PortRange{First: 0, Last: 65535}, nil
	}
	first, last, isRange := strings.Cut(word, "-")
	if !isRange {
		last = first
	}
	a, err := parsePort(first)
	if err != nil {
		return parse.PortRange{}, err
	}
	b, err := parsePort(last)
	if err != nil {
		return parse.PortRange{}, err
	}
	if a > b {
		return parse.PortRange{}, errors.New("a range begins with its smaller port")
	}
	return parse.PortRange{First: a, Last: b}, nil
}

func parsePort(text string) (uint16, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || text[0] == '+' {
		return 0, errors.New("not a port: a number from 1 to 65535, a range 8000-8099, or *")
	}
	return uint16(n), nil
}
