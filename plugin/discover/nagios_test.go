package discover

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// objectReader reads object definitions as Nagios Core 4 does: a line that ends
// with a backslash goes on in the next one, a line that begins with # or ; is a
// comment, and so is what follows a ; without a backslash before it.
func readObjects(text string) ([]map[string]string, error) {
	var all []map[string]string
	var current map[string]string
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
			i++
			line = strings.TrimSuffix(line, `\`) + strings.TrimLeft(lines[i], " \t")
		}
		var b strings.Builder
		for j := 0; j < len(line); j++ {
			if line[j] == ';' && (j == 0 || line[j-1] != '\\') {
				break
			}
			if line[j] == '\\' && j+1 < len(line) && line[j+1] == ';' {
				continue
			}
			b.WriteByte(line[j])
		}
		line = strings.Trim(b.String(), " \t\r")
		switch {
		case line == "" || line[0] == '#':
		case line == "define service {" && current == nil:
			current = map[string]string{}
		case line == "}" && current != nil:
			all, current = append(all, current), nil
		case current != nil:
			name, value, _ := strings.Cut(line, " ")
			if _, twice := current[name]; twice {
				return nil, fmt.Errorf("%s twice", name)
			}
			current[name] = strings.Trim(value, " ")
		default:
			return nil, fmt.Errorf("line %q", line)
		}
	}
	if current != nil {
		return nil, fmt.Errorf("an object without end")
	}
	return all, nil
}

// splitCommand splits check_command into its arguments and resolves "$$".
func splitCommand(t *testing.T, text string) []string {
	t.Helper()
	var all []string
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == '!':
			i++
			b.WriteByte('!')
		case text[i] == '!':
			all = append(all, b.String())
			b.Reset()
		default:
			b.WriteByte(text[i])
		}
	}
	all = append(all, b.String())
	for i := range all {
		all[i] = macros(t, all[i])
	}
	return all
}

// splitShell splits a command line of words and single-quoted text as a POSIX
// shell does; a character that a shell would act on is an error.
func splitShell(text string) ([]string, error) {
	var words []string
	for {
		text = strings.TrimLeft(text, " ")
		if text == "" {
			return words, nil
		}
		word := ""
		for text != "" && text[0] != ' ' {
			switch c := text[0]; {
			case c == '\'':
				inner, rest, ok := strings.Cut(text[1:], "'")
				if !ok {
					return nil, fmt.Errorf("quote without end")
				}
				word, text = word+inner, rest
			case strings.HasPrefix(text, `\'`):
				word, text = word+"'", text[2:]
			case c == '-' || c >= 'a' && c <= 'z':
				word, text = word+string(c), text[1:]
			default:
				return nil, fmt.Errorf("unquoted %q", c)
			}
		}
		words = append(words, word)
	}
}

func checkNagios(t *testing.T, program, comment, key, dir string) {
	t.Helper()
	s := setup(dir)
	text, want := written(t, Nagios, s, program, comment, key)
	objects, err := readObjects(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if len(objects) != len(want) {
		t.Fatalf("%d services, want %d", len(objects), len(want))
	}
	for i, o := range objects {
		got := service{
			Name: o["service_description"], Key: o["_NETSTAT_KEY"], Kind: o["_NETSTAT_KIND"], Endpoint: o["_NETSTAT_ENDPOINT"],
			Program: o["_NETSTAT_PROGRAM"], Comment: o["_NETSTAT_COMMENT"], Group: strings.TrimPrefix(o["servicegroups"], "+"),
			Display: o["display_name"], Notes: o["notes"],
		}
		w := want[i]
		w.Icon = ""
		w.Program, w.Comment = strings.Trim(w.Program, " "), strings.Trim(w.Comment, " ")
		if got != w {
			t.Errorf("read back %+v, wrote %+v", got, w)
		}
		if strings.ContainsAny(got.Name, nagiosIllegal+";") {
			t.Errorf("name %q", got.Name)
		}
		if o["use"] != s.Template || o["host_name"] != s.Host {
			t.Errorf("object %q", o)
		}
		command := splitCommand(t, o["check_command"])
		if len(command) != 3 || command[0] != s.Template || command[1] != w.Key {
			t.Fatalf("command %q", command)
		}
		words, err := splitShell(command[2])
		if err != nil {
			t.Fatalf("%v in %s", err, command[2])
		}
		arguments := s.words()
		if !slices.Equal(words, arguments) {
			t.Errorf("arguments %q, want %q", words, arguments)
		}
	}
}

func TestNagiosServicesAreReadBackAsTheyWere(t *testing.T) {
	for i, text := range hostile {
		checkNagios(t, text, hostile[len(hostile)-1-i], text, text)
	}
}

func FuzzNagios(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text, text)
	}
	f.Fuzz(checkNagios)
}
