//go:build linux

package main

import (
	"errors"
	"strings"
	"testing"
)

func TestOnlyAGoalThatWasMeasuredIsReached(t *testing.T) {
	for _, tt := range []struct {
		goal    goal
		value   float64
		err     error
		reached bool
		says    string
	}{
		{goal{atMost, 6}, 5.96, nil, true, "6.0"},
		{goal{atMost, 6}, 6.04, nil, false, "6.0, missed"},
		{goal{atMost, 0.5}, 0.334, nil, true, "0.33"},
		{goal{cheaper, 12}, 11.4, nil, false, "11 times cheaper, missed"},
		{goal{cheaper, 12}, 57.3, nil, true, "57 times cheaper"},
		{goal{memory, 8}, 8.2, nil, false, "8.2 MiB, missed"},
		{goal{none, 0}, 3.5, nil, true, "3.5"},
		{goal{atMost, 6}, 0, errors.New("ss is not installed"), false, "left out: ss is not installed"},
	} {
		r := result{row: row{goal: tt.goal}, value: tt.value, err: tt.err}
		if r.reached() != tt.reached || r.measured() != tt.says {
			t.Errorf("%v, measured %v: reached %t, %q; want %t, %q", tt.goal, tt.value, r.reached(), r.measured(), tt.reached, tt.says)
		}
	}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	err := table{"Saved outputs:", []result{
		{row: row{
			name: "check",
			a:    command{argv: []string{"check_netstat", "--input", "file"}},
			b:    command{argv: []string{"mawk", "{ n += NF } END { print n }", "file"}},
			goal: goal{atMost, 6},
		}, value: 4.5},
		{row: row{name: "memory", a: command{argv: []string{"check_netstat"}}, goal: goal{memory, 32}}, err: errors.New("a | b")},
	}}.write(&b)
	const want = "\nSaved outputs:\n\n" +
		"| row | CPU of | against | goal | measured |\n| --- | --- | --- | --- | --- |\n" +
		"| check | `check_netstat --input file` | `mawk '{ n += NF } END { print n }' file` | at most 6 | 4.5 |\n" +
		"| memory | `check_netstat` | peak memory | at most 32 MiB | left out: a \\| b |\n"
	if err != nil || b.String() != want {
		t.Errorf("table, %v:\n%s\nwant:\n%s", err, b.String(), want)
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 100_007: "100,007", 1_000_000: "1,000,000"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q; want %q", n, got, want)
		}
	}
}
