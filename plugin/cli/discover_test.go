package cli

import (
	"slices"
	"strings"
	"testing"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/discover"
)

// samples are a value for each kind of value that an option can have. An option
// with a new kind needs one here.
var samples = map[string]string{
	"FILE": "list.csv", "DIR": "lists", "KEY": "web", "HOST:PORT[,PROC]": "192.0.2.10:443,java", "PROTO:[IP:]PORT[,PROC]": "tcp:22,sshd",
	"STATE[,WARN[,CRIT]]": "CLOSE_WAIT,100", "auto|netstat|ss|kernel": "kernel", "PATH": "/bin/netstat", "NAME|PID|PATH": "blue",
	"RANGE": "1:", "STATE": "critical", "all|external": "external", "N": "3", "M": "1", "SECONDS": "2", "NAME": "web01", "BYTES": "500", "text|table|json": "json",
}

// apart are the options that change how a verdict is shown, and no verdict, or that
// each service has a value of its own for.
var apart = []string{"output", "verbose", "max-output", "resolve", "help", "version", "item"}

// An option that changes a verdict is written into the services, with its value, or
// refused: in both cases whatever a check takes is thought of.
func TestDiscoverWritesOrRefusesEveryOptionOfACheck(t *testing.T) {
	for _, f := range discover.Formats() {
		written, refused := 0, 0
		for _, o := range OptionsOf("") {
			if slices.Contains(apart, o.LongName) {
				continue
			}
			args := []string{"discover", f, "--" + o.LongName}
			value := ""
			if takesValue(o) {
				if value = samples[o.ValueName]; value == "" {
					t.Fatalf("no sample of %s for --%s", o.ValueName, o.LongName)
				}
				args = append(args, value)
			}
			if o.LongName == "within" || o.LongName == "match" {
				args = append(args, "--samples", "3")
			}
			request, err := Parse(args, nil)
			if err != nil {
				refused++
				if !strings.Contains(err.Error(), "takes no --"+o.LongName) {
					t.Errorf("%s: %v", args, err)
				}
				continue
			}
			written++
			i := slices.IndexFunc(request.(*Discover).Options, func(w discover.Option) bool { return w.Name == o.LongName })
			if i < 0 {
				t.Errorf("%s: not among what is written: %+v", args, request.(*Discover).Options)
				continue
			}
			w := request.(*Discover).Options[i]
			if w.Flag != (value == "") || w.Many != repeats(o) || value != "" && !slices.Equal(w.Values, []string{value}) {
				t.Errorf("%s: written as %+v", args, w)
			}
		}
		if f != string(discover.BusinessProcess) && (written < 15 || refused != 5) {
			t.Errorf("%s: %d written, %d refused", f, written, refused)
		}
	}
}

// What only a check's output depends on is refused, too: nothing is dropped.
func TestDiscoverRefusesWhatItDoesNotWrite(t *testing.T) {
	for _, args := range [][]string{{"-v"}, {"--output", "json"}, {"--resolve"}, {"--max-output", "500"}, {"--input", "-"}} {
		if request, err := Parse(append([]string{"discover", "json"}, args...), nil); err == nil {
			t.Errorf("%s: %+v", args, request)
		}
	}
}

func TestAnOptionThatIsGivenAgainIsWrittenAsItCounts(t *testing.T) {
	request, err := Parse(strings.Fields("discover json --port tcp:22 -w 1: --item a --port tcp:23 -w2: --ignore-process --item b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := request.(*Discover)
	want := []discover.Option{
		{Name: "port", Values: []string{"tcp:22", "tcp:23"}, Many: true}, {Name: "warning", Values: []string{"2:"}}, {Name: "ignore-process", Flag: true},
	}
	same := func(a, b discover.Option) bool {
		return a.Name == b.Name && a.Flag == b.Flag && a.Many == b.Many && slices.Equal(a.Values, b.Values)
	}
	if !slices.EqualFunc(d.Options, want, same) || !slices.Equal(d.Watch.Select, []string{"a", "b"}) {
		t.Errorf("%+v, items %q", d.Options, d.Watch.Select)
	}
}

// Each verb refuses every option that it does not have, by its name.
func TestAVerbTakesItsOptionsAndNoOther(t *testing.T) {
	arguments := map[string][]string{"learn": {"listening"}, "discover": {"json"}}
	for _, v := range verbs {
		own := byName(mustParser(&v))
		for name, o := range everyOption() {
			args := append([]string{v.name}, arguments[v.name]...)
			if v.name == "" {
				args = nil
			}
			args = append(args, "--"+name)
			if takesValue(o) {
				args = append(args, samples[o.ValueName])
			}
			_, err := Parse(args, nil)
			if refused := err != nil && strings.Contains(err.Error(), " takes no --"+name); refused == (own[name] != nil) {
				t.Errorf("%q: %v", args, err)
			}
		}
	}
}

func mustParser(v *verb) *flags.Parser {
	p, _ := v.parser()
	return p
}
