package main

import (
	"bytes"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"

	"check_netstat/plugin"
)

// varies is what is different in every run: times, the comment of learn, and, of a
// live host, the ports and programs of the test's own connections.
var varies = regexp.MustCompile(`'time'=[0-9.]+s|learnt by .* from |[0-9.]+ s\b|tested at \S+|source: netstat, \S+|\b192\.0\.2\.7:[0-9]{5}\b|[0-9]+/(python3|check_netstat\S*)`)

func TestTheDocumentsShowWhatTheProgramPrints(t *testing.T) {
	t.Chdir("../..")
	for _, file := range documents(t) {
		for _, e := range examples(t, file) {
			program, _, _ := strings.Cut(e.command, " ")
			switch {
			case e.namespace: // TestRootTheDocumentsShowWhatALiveHostGives
			case program == "cat":
				text, err := os.ReadFile(e.args()[0])
				if err != nil {
					t.Errorf("%s: %v", e.place, err)
				}
				e.compare(t, string(text))
			case program != "check_netstat":
			case len(e.with) == 0 && !strings.Contains(e.command, "testdata/"):
				t.Errorf("%s: nothing says what $ %s is run with here", e.place, e.command)
			case strings.ContainsAny(e.command, "|<>&;'\"`\\"):
				t.Errorf("%s: $ %s needs a shell", e.place, e.command)
			default:
				e.compare(t, printed(e.args(), plugin.Env{}))
			}
		}
	}
}

// printed runs a command line and returns all that it prints.
func printed(args []string, env plugin.Env) string {
	var out bytes.Buffer
	env.Stdin, env.Stdout, env.Stderr, env.Version = strings.NewReader(""), &out, &out, "1.0.0"
	plugin.Main(args, env)
	return out.String()
}

// Commands that stand in a sentence are not run; their options exist all the same.
func TestTheDocumentsNameOnlyOptionsThatExist(t *testing.T) {
	t.Chdir("../..")
	help := ""
	for _, verb := range []string{"--verbose", "items", "lint", "sockets", "learn", "discover"} {
		help += printed([]string{verb, "--help"}, plugin.Env{})
	}
	spoken := regexp.MustCompile("`check_netstat ([^`]*)`|^ *(?:sudo -u nagios )?(?:\\S*/)?check_netstat ([^#]*)")
	found := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			for _, m := range spoken.FindAllStringSubmatch(line, -1) {
				for _, option := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(m[1]+m[2], -1) {
					found++
					if !regexp.MustCompile(option + `[ \n]`).MatchString(help) {
						t.Errorf("%s: there is no %s: %s", file, option, line)
					}
				}
			}
		}
	}
	if found == 0 {
		t.Error("no document has a command in a sentence")
	}
}

// Both kinds of document are read, and every kind of example is there.
func TestExamplesAreFound(t *testing.T) {
	t.Chdir("../..")
	count := map[string]int{}
	for _, file := range documents(t) {
		for _, e := range examples(t, file) {
			program, _, _ := strings.Cut(e.command, " ")
			count[file]++
			count[program]++
			if e.namespace {
				count["namespace"]++
			}
		}
	}
	for what, least := range map[string]int{
		"README.md": 3, "contrib/docs/checks.md": 10, "contrib/docs/options.md": 6, "contrib/docs/stalled.md": 3, "contrib/man/check_netstat.8": 4, "contrib/man/check_netstat-lists.5": 3, "cat": 5, "check_netstat": 40, "namespace": 3,
	} {
		if count[what] < least {
			t.Errorf("%d examples of %s; want %d at least", count[what], what, least)
		}
	}
}

// README promises that these lines work wherever a port is listening.
func TestTheFirstChecksAreGreenOnThisHost(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, isThere := strings.Cut(string(text), "<!-- green on every host -->\n```\n")
	block, _, isWhole := strings.Cut(block, "```")
	if !isThere || !isWhole || strings.Count(block, "\n") != 3 {
		t.Fatalf("README has no block of three lines that are green: %q", block)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	t.Chdir(t.TempDir())
	for line := range strings.Lines(block) {
		command, file, isKept := strings.Cut(strings.TrimSpace(line), " > ")
		var out, problems bytes.Buffer
		exit := plugin.Main(strings.Fields(command)[1:], plugin.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &problems})
		if exit != 0 {
			t.Fatalf("%s: exit %d\n%s%s", command, exit, &out, &problems)
		}
		if isKept {
			if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
