package discover

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// dslReader reads what the icinga2 writer may write, and nothing else: rules
// with assignments of strings and lists of strings.
type dslReader struct{ rest string }

func (r *dslReader) take(prefix string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(r.rest, " \n"), prefix)
	if ok {
		r.rest = rest
	}
	return ok
}

func (r *dslReader) word() string {
	r.rest = strings.TrimLeft(r.rest, " \n")
	n := strings.IndexAny(r.rest, " \n\"")
	if n < 0 {
		return ""
	}
	word := r.rest[:n]
	r.rest = r.rest[n:]
	return word
}

// text reads a string by the rules of lib/config/config_lexer.ll: a line end
// within it is an error, so is an escape that is not known.
func (r *dslReader) text() (string, error) {
	if !r.take(`"`) {
		return "", fmt.Errorf("no string at %.40q", r.rest)
	}
	var b strings.Builder
	for i := 0; i < len(r.rest); i++ {
		switch c := r.rest[i]; c {
		case '"':
			r.rest = r.rest[i+1:]
			return b.String(), nil
		case '\n':
			return "", fmt.Errorf("string with a line end")
		case '\\':
			i++
			at := strings.IndexByte(`\"nrtbf`, r.rest[i])
			if at < 0 {
				return "", fmt.Errorf(`escape \%c`, r.rest[i])
			}
			b.WriteByte("\\\"\n\r\t\b\f"[at])
		default:
			b.WriteByte(c)
		}
	}
	return "", fmt.Errorf("string without end")
}

func (r *dslReader) texts() ([]string, error) {
	if r.take("true") {
		return []string{"true"}, nil
	}
	if !r.take("[") {
		s, err := r.text()
		return []string{s}, err
	}
	var all []string
	for {
		s, err := r.text()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
		if r.take("]") {
			return all, nil
		}
		if !r.take(",") {
			return nil, fmt.Errorf("no comma at %.40q", r.rest)
		}
	}
}

// rule reads one apply rule into its assignments; "name" is the service's.
func (r *dslReader) rule() (map[string][]string, error) {
	name, err := r.text()
	if err != nil {
		return nil, err
	}
	rule := map[string][]string{"name": {name}}
	if !r.take("{") {
		return nil, fmt.Errorf("no { at %.40q", r.rest)
	}
	for !r.take("}") {
		word := r.word()
		switch {
		case word == "import":
		case word == "groups":
			if !r.take("+=") {
				return nil, fmt.Errorf("groups at %.40q", r.rest)
			}
		case word == "assign":
			if !r.take("where host.name ==") {
				return nil, fmt.Errorf("assign at %.40q", r.rest)
			}
		case strings.HasPrefix(word, "vars.netstat_"), word == "display_name", word == "notes", word == "icon_image":
			if !r.take("=") {
				return nil, fmt.Errorf("assignment at %.40q", r.rest)
			}
		default:
			return nil, fmt.Errorf("statement %q", word)
		}
		if rule[word], err = r.texts(); err != nil {
			return nil, err
		}
	}
	return rule, nil
}

// macros resolves a string as Icinga 2 does where it holds no macro.
func macros(t *testing.T, value string) string {
	t.Helper()
	plain := strings.ReplaceAll(value, "$$", "")
	if strings.Contains(plain, "$") {
		t.Fatalf("%q holds a macro", value)
	}
	return strings.ReplaceAll(value, "$$", "$")
}

func checkIcinga2(t *testing.T, program, comment, key, dir string) {
	t.Helper()
	s := setup(dir)
	text, want := written(t, Icinga2, s, program, comment, key)
	_, text, ok := strings.Cut(text, "*/")
	r := &dslReader{text}
	for i := range want {
		if !ok || !r.take("apply Service") {
			t.Fatalf("no rule at %q", r.rest)
		}
		rule, err := r.rule()
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		one := func(name string) string {
			if len(rule[name]) == 0 && name == "notes" {
				return ""
			}
			if len(rule[name]) != 1 {
				t.Fatalf("%s is %q", name, rule[name])
			}
			if !strings.HasPrefix(name, "vars.") {
				return rule[name][0]
			}
			return macros(t, rule[name][0])
		}
		got := service{
			Name: one("name"), Key: one("vars.netstat_key"), Kind: one("vars.netstat_kind"), Endpoint: one("vars.netstat_endpoint"),
			Program: one("vars.netstat_program"), Comment: one("vars.netstat_comment"), Group: one("groups"),
			Display: one("display_name"), Notes: one("notes"), Icon: one("icon_image"),
		}
		if got != want[i] {
			t.Errorf("read back %+v, wrote %+v", got, want[i])
		}
		if one("vars.netstat_item") != want[i].Key || one("assign") != s.Host || one("import") != s.Template || one("vars.netstat_dir") != s.given("dir")[0] {
			t.Errorf("rule %q", rule)
		}
		var lists []string
		for _, l := range rule["vars.netstat_listening"] {
			lists = append(lists, macros(t, l))
		}
		if !slices.Equal(lists, s.given("listening")) || one("vars.netstat_port") != "tcp:22" || one("vars.netstat_ignore_process") != "true" {
			t.Errorf("lists %q, want %q", lists, s.given("listening"))
		}
	}
	if strings.TrimSpace(r.rest) != "" {
		t.Errorf("after the rules: %q", r.rest)
	}
}

func TestIcinga2RulesAreReadBackAsTheyWere(t *testing.T) {
	for i, text := range hostile {
		checkIcinga2(t, text, hostile[len(hostile)-1-i], text, text)
	}
}

func FuzzIcinga2(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text, text)
	}
	f.Fuzz(checkIcinga2)
}
