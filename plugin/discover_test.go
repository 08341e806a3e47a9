package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// judged runs a check as a monitoring system would, and returns its exit code and
// the key of its only item.
func judged(t *testing.T, args []string) (exit int, key string) {
	t.Helper()
	var out bytes.Buffer
	exit = Main(append(slices.Clone(args), "--output", "json"), Env{
		Stdin: strings.NewReader(""), Stdout: &out,
		Lookup: func(context.Context, string, string) ([]netip.Addr, error) {
			return nil, &net.DNSError{IsNotFound: true}
		},
	})
	var result struct{ Items []struct{ Key string } }
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || len(result.Items) != 1 {
		t.Errorf("%q: %v\n%s", args, err, &out)
		return exit, ""
	}
	return exit, result.Items[0].Key
}

// services are the command lines of a format's services.
type services func(t *testing.T, text string) [][]string

func ofJSON(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	var out struct {
		Services []struct{ Arguments []string }
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	for _, s := range out.Services {
		lines = append(lines, s.Arguments)
	}
	return lines
}

// ofNagios resolves the command as Nagios does, and splits it as a shell does.
func ofNagios(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	command := regexp.MustCompile(`(?s)command_name +netstat-item\n +command_line +(.*?)\n`).FindStringSubmatch(contribFile(t, "nagios/check_netstat.cfg"))
	for _, m := range regexp.MustCompile(`(?m)^ +check_command +(.*)$`).FindAllStringSubmatch(text, -1) {
		arguments := strings.Split(m[1], "!")
		line := strings.NewReplacer("$USER1$/check_netstat", "", "$ARG1$", arguments[1], "$ARG2$", arguments[2]).Replace(command[1])
		var words []string
		for _, w := range regexp.MustCompile(`'[^']*'|\S+`).FindAllString(line, -1) {
			words = append(words, strings.Trim(w, "'"))
		}
		lines = append(lines, words)
	}
	return lines
}

// ofIcinga2 gives the variables to the arguments of contrib's CheckCommand.
func ofIcinga2(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	for _, rule := range strings.Split(text, "\napply Service ")[1:] {
		vars := map[string][]string{}
		for _, m := range regexp.MustCompile(`(?m)^  vars\.(\w+) = (.*)$`).FindAllStringSubmatch(rule, -1) {
			if m[2] == "true" {
				vars[m[1]] = []string{"true"}
			}
			for _, v := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(m[2], -1) {
				vars[m[1]] = append(vars[m[1]], strings.ReplaceAll(v[1], "$$", "$"))
			}
		}
		lines = append(lines, arguments(t, vars))
	}
	return lines
}

func ofDirector(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	var basket struct {
		ServiceSet map[string]struct {
			Services []struct{ Vars map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(text), &basket); err != nil {
		t.Fatal(err)
	}
	for _, set := range basket.ServiceSet {
		for _, s := range set.Services {
			vars := map[string][]string{}
			for name, v := range s.Vars {
				switch v := v.(type) {
				case bool:
					vars[name] = []string{"true"}
				case string:
					vars[name] = []string{v}
				case []any:
					for _, one := range v {
						vars[name] = append(vars[name], one.(string))
					}
				}
			}
			lines = append(lines, arguments(t, vars))
		}
	}
	return lines
}

// arguments are those of contrib's CheckCommand for these variables.
func arguments(t *testing.T, vars map[string][]string) (words []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`"(--[a-z-]+)" = \{\n +(value|set_if) = "\$(\w+)\$"`).FindAllStringSubmatch(contribFile(t, "icinga2/netstat-commands.conf"), -1) {
		for _, v := range vars[m[3]] {
			words = append(words, m[1])
			if m[2] == "value" {
				words = append(words, v)
			}
		}
	}
	if !strings.Contains(contribFile(t, "icinga2/netstat-commands.conf"), `.map(i => "--item=" + i)`) {
		t.Error("the argument --item is another")
	}
	for _, v := range vars["netstat_item"] {
		words = append(words, "--item="+v)
	}
	return words
}

// What discover writes, run as the monitoring system would, gives the verdict that
// the same command line gives, whatever option decides it.
func TestDiscoveredServicesGiveTheVerdictOfTheirCommandLine(t *testing.T) {
	list := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(list, []byte("ipProtocol,localPort,procName,name\ntcp,22,,ssh\ntcp,8080,httpd,-v\ntcp,23,,--netstat\ntcp,22 23,,two\nudp,323,,udp\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	base := []string{"--listening", list, "--connection", "198.51.100.4:3306", "--connection", "db.example.com,5432,java", "--input", "../testdata/linux-tunap.txt"}
	formats := map[string]services{"json": ofJSON, "nagios": ofNagios, "icinga2": ofIcinga2, "director": ofDirector}
	differs := 0
	for _, options := range [][]string{
		nil, {"-w", "3:"}, {"-c", "-5:1"}, {"--ignore-process"}, {"--dns-failure", "critical"}, {"--unknown-process", "ok"},
		{"--count", "ESTABLISHED,0"}, {"--port", "tcp:8080,java"}, {"-c", "@1:5", "-t", "5"}, {"--stalled", "ok"},
	} {
		args := append(slices.Clone(base), options...)
		for format, of := range formats {
			var out bytes.Buffer
			if exit := Main(append([]string{"discover", format, "--host", "web01"}, args...), Env{Stdout: &out}); exit != 0 {
				t.Errorf("discover %s %q: exit %d\n%s", format, options, exit, &out)
				continue
			}
			lines := of(t, out.String())
			if len(lines) < 7 {
				t.Fatalf("discover %s %q: %d services", format, options, len(lines))
			}
			for _, line := range lines {
				exit, key := judged(t, line)
				byHand, same := judged(t, append(slices.Clone(args), "--item="+key))
				if exit != byHand || key != same {
					t.Errorf("%s: %q: exit %d, by hand %d (%s, %s)", format, line, exit, byHand, key, same)
				}
				if plain, _ := judged(t, append(slices.Clone(base), "--port", "tcp:8080,java", "--count", "ESTABLISHED", "--item="+key)); plain != exit {
					differs++
				}
			}
		}
	}
	if differs < 20 {
		t.Errorf("only %d verdicts hang on the options", differs)
	}
}
