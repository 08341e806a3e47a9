package cli

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

func TestAVerbHasItsOwnValue(t *testing.T) {
	for line, want := range map[string]Request{
		"":                    (*Check)(nil),
		"-v --port tcp:22":    (*Check)(nil),
		"items":               (*Items)(nil),
		"--port tcp:22 items": (*Items)(nil),
		"lint":                (*Lint)(nil),
		"sockets -vv":         (*Sockets)(nil),
		"learn connections":   (*Learn)(nil),
		"discover nagios":     (*Discover)(nil),
		"-h":                  (*Text)(nil),
		"sockets --version":   (*Text)(nil),
		"--item items":        (*Check)(nil),
		"--item=items items":  (*Items)(nil),
	} {
		got, err := Parse(strings.Fields(line), nil)
		if err != nil || reflect.TypeOf(got) != reflect.TypeOf(want) {
			t.Errorf("%q is a %T (%v), want a %T", line, got, err, want)
		}
	}
}

func TestACheckIsValidated(t *testing.T) {
	request, err := Parse(strings.Fields("--listening a.csv --listening=b.csv --dir d --item x --connection 192.0.2.1:80 --port tcp:22 --count LISTEN"+
		" --source kernel -w5: -c ~:9 --ignore-process --unknown-process OK --dns-failure critical --stalled ok --unexpected warning --unexpected-udp"+
		" --unexpected-connections --unexpected-scope external --allow tcp:80 --samples 3 --match 2 --within 1.5 -t 5 --output json -vv -v --resolve --max-output 500"), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := request.(*Check)
	if w := &c.Watch; w.Dir != "d" || !slices.Equal(w.Listening, []string{"a.csv", "b.csv"}) || !slices.Equal(w.Select, []string{"x"}) ||
		len(w.AdHoc(watch.Connection)) != 1 || len(w.AdHoc(watch.Listening)) != 1 || len(w.AdHoc(watch.Count)) != 1 {
		t.Errorf("%+v", w)
	}
	j := &c.Judging
	if j.Warning.String() != "5:" || j.Critical.String() != "~:9" || !j.IgnoreProcess || j.UnknownProcess != state.OK || j.DNSFailure != state.Critical || j.Stalled != state.OK {
		t.Errorf("%+v", j)
	}
	if u := &j.Unexpected; !u.Asked || u.State != state.Warning || !u.UDP || !u.External || !u.Connections || len(u.Allowed) != 1 {
		t.Errorf("%+v", u)
	}
	if j.Sampling != (Sampling{3, 2, 1500 * time.Millisecond}) || c.Timeout != 5*time.Second || c.Source.Name != "kernel" {
		t.Errorf("%+v, %v, %+v", j.Sampling, c.Timeout, c.Source)
	}
	if form, _ := report.ParseForm("json"); c.Show != (Show{form, 3, true, 500}) || !c.Show.WithSockets() {
		t.Errorf("%+v", c.Show)
	}
}

func TestACheckHasDefaults(t *testing.T) {
	request, err := Parse(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := request.(*Check)
	if !c.Watch.IsZero() || c.Judging.UnknownProcess != state.Unknown || c.Judging.DNSFailure != state.Unknown || c.Judging.Stalled != state.Warning ||
		c.Judging.Unexpected.Asked || c.Judging.Sampling != (Sampling{1, 1, 0}) || c.Timeout != 8*time.Second || c.Show.Limit != 8000 || c.Source.Name != "auto" {
		t.Errorf("%+v", c)
	}
}

func TestAnErrorIsShownAsTheLineWanted(t *testing.T) {
	for line, form := range map[string]string{
		"--output json --no-such": "json", "--output table --port": "table", "--no-such --output json": "text", "--output xml": "text",
		"items --output json --no-such": "json", "learn x": "text",
	} {
		_, err := Parse(strings.Fields(line), nil)
		var wrong *Error
		if want, _ := report.ParseForm(form); !errors.As(err, &wrong) || wrong.Show.Form != want || wrong.Show.Limit != defaultLimit {
			t.Errorf("%q: %+v", line, err)
		}
	}
}

func TestAValueMayLookLikeAnOption(t *testing.T) {
	for line, want := range map[string][]string{
		"--item -v": {"-v"}, "--item=-v": {"-v"}, "--item --netstat": {"--netstat"}, "--item -- --item x": {"--", "x"}, "--item --dir items": {"--dir"},
	} {
		request, err := Parse(strings.Fields(line), nil)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		var got []string
		switch r := request.(type) {
		case *Check:
			got = r.Watch.Select
		case *Items:
			got = r.Watch.Select
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q chooses %q", line, got)
		}
	}
	request, err := Parse([]string{"-w", "-5:5", "--dir", "-x", "-vt5"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := request.(*Check); c.Judging.Warning.String() != "-5:5" || c.Watch.Dir != "-x" || c.Show.Verbosity != 1 || c.Timeout != 5*time.Second {
		t.Errorf("%+v", c)
	}
	if _, err := Parse([]string{"--dir", "--port", "tcp:22"}, nil); err == nil || !strings.HasPrefix(err.Error(), "--dir needs a value") {
		t.Errorf("%v", err)
	}
}

func TestTheHelpNamesEveryForm(t *testing.T) {
	if o := everyOption()["output"]; o.ValueName != strings.Join(report.Forms(), "|") {
		t.Errorf("--output %s, but %q", o.ValueName, report.Forms())
	}
}

func TestHelpFitsEightyColumns(t *testing.T) {
	for i := range verbs {
		v := &verbs[i]
		for line := range strings.Lines(usage(v, mustParser(v))) {
			if len(line) > 80 {
				t.Errorf("%s: %d columns: %s", v.named(), len(line)-1, line)
			}
		}
	}
}
