package discover

import (
	"strings"
	"testing"

	"check_netstat/plugin/watch"
)

// item makes a listening item with that key, program and comment.
func item(key, program, comment string) watch.Item {
	it := watch.AdHocPort("tcp,192.0.2.7,443," + program)
	it.Key, it.Comment = key, comment
	return it
}

// hostile are texts that mean something in one of the formats, and what they
// are made of elsewhere.
var hostile = []string{
	"", "plain", "a b", "|", "a::b", `say "hi"`, `it's`, "a;b", `a\;b`, `ends with \`, `\\`, "$", "$$", "$HOSTNAME$", "$host.vars.secret$",
	"!", `\!`, "a!b!c", "#", "*/ }", "}\ndefine host {\n", "\" + {{ log(1) }} + \"", "line\nbreak\r\n\ttab", "\x00\x1b\x7f", "\u202e\u200b\u2028",
	"Büro 東京", "\xff\xfe", "<b>&amp;", "`id`", "$(id)", "${id}", "%22", "+1", "null", "~^.*[a-z]{2}?(x|y)=,", strings.Repeat("k", 250),
}

// written writes the services of two hostile items and returns the text with
// the services that must be read back from it.
func written(t *testing.T, f Format, s *Setup, program, comment, key string) (string, []service) {
	t.Helper()
	items := []watch.Item{item(keyOf(key), program, comment), item("second", comment, program)}
	var b strings.Builder
	if err := Write(&b, f, items, s); err != nil {
		t.Fatal(err)
	}
	return b.String(), services(items)
}

// keyOf makes a key as package watch does.
func keyOf(text string) string {
	items := []watch.Item{watch.AdHocPort("tcp,,1," + text)}
	watch.UniqueKeys(items)
	return items[0].Key
}

// setup has text as a path, where it can be one.
func setup(text string) *Setup {
	s := &Setup{Host: "web01.example.com", Template: "netstat-item"}
	port := Option{Name: "port", Values: []string{"tcp:22"}, Many: true}
	ignore := Option{Name: "ignore-process", Flag: true}
	s.Options = []Option{{Name: "dir", Values: []string{text}}, {Name: "listening", Values: []string{"/a", text}, Many: true}, port, ignore}
	if text == "" || s.check(JSON) != nil {
		s.Options = []Option{{Name: "dir", Values: []string{"/etc/check_netstat"}}, port, ignore}
	}
	return s
}

// given are the values of an option of the setup.
func (s *Setup) given(name string) []string {
	for _, o := range s.Options {
		if o.Name == name {
			return o.Values
		}
	}
	return nil
}

// words are the options as a command line has them.
func (s *Setup) words() []string {
	var all []string
	for i := range s.Options {
		all = append(all, s.Options[i].words()...)
	}
	return all
}

func TestNamesAreShortUniqueAndStable(t *testing.T) {
	long := strings.Repeat("k", 500)
	for _, tt := range []struct{ key, want string }{
		{"listening/tcp/any:443/nginx", "netstat listening/tcp/any:443/nginx"},
		{long, "netstat " + strings.Repeat("k", 175) + "-8a3c3fb01fabe9e3"},
	} {
		if got := serviceName(tt.key); got != tt.want || len(got) > maxName {
			t.Errorf("serviceName(%.20q) = %q, want %q", tt.key, got, tt.want)
		}
	}
	if serviceName(long+"a") == serviceName(long+"b") {
		t.Error("two keys share a name")
	}
}

func TestARowThatCannotBeJudgedHasItsService(t *testing.T) {
	items := []watch.Item{watch.AdHocPort("tcp:8x")}
	all := services(items)
	if len(all) != 1 || all[0].Key != "tcp:8x" || all[0].Endpoint != "" ||
		all[0].Display != all[0].Key || !strings.Contains(all[0].Error, "not a port") {
		t.Errorf("%+v", all)
	}
}

func TestAConnectionIsInItsGroupWithWhatItWatches(t *testing.T) {
	it := watch.AdHocConnection("2001:db8::1,443,java")
	it.Comment = "shop"
	got := services([]watch.Item{it})[0]
	want := service{
		Name: "netstat connection/2001:db8::1:443/java", Key: "connection/2001:db8::1:443/java", Kind: "connection",
		Endpoint: "[2001:db8::1]:443", Program: "java", Comment: "shop", Group: "netstat-connections",
		Display: "[2001:db8::1]:443 java", Notes: "shop", Icon: "plug",
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestWhatNoEscapeMakesRightIsRefused(t *testing.T) {
	good := Setup{Host: "web01", Template: "netstat-item"}
	for _, tt := range []struct {
		name   string
		format Format
		change func(*Setup)
		want   string
	}{
		{"line break in a path", Icinga2, func(s *Setup) { s.Options = []Option{{Name: "dir", Values: []string{"/a\nb"}}} }, "--dir"},
		{"no UTF-8 in a path", JSON, func(s *Setup) { s.Options = []Option{{Name: "listening", Values: []string{"/a", "/\xff"}}} }, "--listening"},
		{"no host", Icinga2, func(s *Setup) { s.Host = " " }, "--host"},
		{"bidi host", Director, func(s *Setup) { s.Host = "web\u202e01" }, "--host"},
		{"two arguments for Nagios", Nagios, func(s *Setup) { s.Template = "a!b" }, "--template"},
		{"a service in a business process", BusinessProcess, func(s *Setup) { s.Host = "a;Hoststatus" }, "--host"},
		{"comment for Nagios", Nagios, func(s *Setup) { s.Host = "a;b" }, "--host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := good
			tt.change(&s)
			var b strings.Builder
			err := Write(&b, tt.format, []watch.Item{item("k", "", "")}, &s)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || b.Len() > 0 {
				t.Errorf("error %v, wrote %q; want an error about %s", err, b.String(), tt.want)
			}
		})
	}
}

func TestFormatsHaveNames(t *testing.T) {
	for _, name := range []string{"icinga2", "nagios", "director", "businessprocess", "json"} {
		if f, err := ParseFormat(name); err != nil || string(f) != name {
			t.Errorf("%s: %q, %v", name, f, err)
		}
	}
	if _, err := ParseFormat("Nagios"); err == nil {
		t.Error("Nagios is taken")
	}
}

func TestADisplayNameIsShortCleanAndWithoutAnchors(t *testing.T) {
	for _, tt := range []struct{ program, want string }{
		{"^nginx$", "tcp 192.0.2.7:443 nginx"},
		{"=a<b>|c", "tcp 192.0.2.7:443 a(b)/c"},
		{"=line\nbreak", "tcp 192.0.2.7:443 line break"},
		{strings.Repeat("ü", 120), "tcp 192.0.2.7:443 " + strings.Repeat("ü", 91)},
	} {
		got := services([]watch.Item{item("k", tt.program, "")})[0].Display
		if got != tt.want || len(got) > maxName {
			t.Errorf("%s is shown as %q, want %q", tt.program, got, tt.want)
		}
	}
}

func TestAValueThatLooksLikeAnOptionIsWrittenInOneWord(t *testing.T) {
	for _, tt := range []struct {
		o    Option
		want string
	}{
		{Option{Name: "warning", Values: []string{"-5:5"}}, "--warning=-5:5"},
		{Option{Name: "listening", Values: []string{"-a", "b"}, Many: true}, "--listening=-a --listening b"},
		{Option{Name: "ignore-process", Flag: true}, "--ignore-process"},
	} {
		if got := strings.Join(tt.o.words(), " "); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestACountIsInNoView(t *testing.T) {
	items := watch.AdHocCounts([]string{"CLOSE_WAIT,100"})
	for f, groups := range map[Format]string{Icinga2: "groups +=", Nagios: "servicegroups", Director: `"netstat-`} {
		var b strings.Builder
		if err := Write(&b, f, items, &Setup{Host: "h", Template: "t", Options: []Option{{Name: "count", Values: []string{"CLOSE_WAIT,100"}, Many: true}}}); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); strings.Contains(text, groups) || !strings.Contains(text, "count/CLOSE_WAIT") || !strings.Contains(text, "CLOSE_WAIT,100") {
			t.Errorf("%s:\n%s", f, text)
		}
	}
}

func TestAServiceSaysWhatServiceItsItemBelongsTo(t *testing.T) {
	for format, want := range map[Format]string{
		Icinga2:  "  vars.netstat_service = \"shop@1.service\"\n",
		Nagios:   "    _NETSTAT_SERVICE     shop@1.service\n",
		Director: `"netstat_service": "shop@1.service"`,
		JSON:     `"service": "shop@1.service"`,
	} {
		for _, w := range writers {
			if w.format != format {
				continue
			}
			for unit, times := range map[string]int{"shop@1.service": 1, "": 0} {
				text, err := w.write([]service{{Name: "netstat k", Key: "k", Unit: unit}}, &Setup{Host: "web01", Template: "netstat-item"})
				if err != nil || strings.Count(text, want) != times {
					t.Errorf("%s with %q: %v\n%s", format, unit, err, text)
				}
			}
		}
	}
}
