package plugin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"check_netstat/plugin/cli"
)

func contribFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../contrib", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkOptions returns the long names of a check's options but help and version.
func checkOptions(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, o := range cli.OptionsOf("") {
		if o.LongName != "help" && o.LongName != "version" {
			names = append(names, o.LongName)
		}
	}
	if len(names) < 15 {
		t.Fatalf("options %q", names)
	}
	return names
}

func TestIcingasCommandKnowsEveryOption(t *testing.T) {
	conf := contribFile(t, "icinga2/netstat-commands.conf")
	var basket struct {
		Datafield map[string]struct{ Varname string }
		Command   map[string]struct {
			Arguments map[string]struct {
				Value  any    // a string or a function
				SetIf  string `json:"set_if"`
				Format string `json:"set_if_format"`
				Repeat bool   `json:"repeat_key"`
			}
		}
	}
	if err := json.Unmarshal([]byte(contribFile(t, "icinga2/director-basket.json")), &basket); err != nil {
		t.Fatal(err)
	}
	fields := map[string]bool{}
	for _, f := range basket.Datafield {
		fields[f.Varname] = true
	}
	for _, name := range checkOptions(t) {
		variable := "netstat_" + strings.ReplaceAll(name, "-", "_")
		argument, kind := "--"+name, `(value|set_if) = "\$`+variable+`\$"`
		director := "$" + variable + "$"
		switch name {
		case "verbose": // a number
			argument, kind = "-v", `set_if = \{\{ string\(macro\("\$`+variable+`\$"\)\) == "1" \}\}`
			director = `string(macro("$` + variable + `$")) == "1"`
		case "item": // in one word with its value
			kind = `value = \{\{\n +(?s:.*)macro\("\$` + variable + `\$"\)(?s:.*)"--item=" \+ i\)\n +\}\}\n +skip_key = true`
			director = "--item="
		}
		entry := regexp.MustCompile(`"` + argument + `" = \{\n +` + kind + `\n(?: +repeat_key = true\n)? +description = ".+\."\n +\}`)
		if !entry.MatchString(conf) {
			t.Errorf("netstat-commands.conf has no %s with a description and %s", argument, variable)
		}
		for command, c := range basket.Command {
			a := c.Arguments[argument]
			value, isText := a.Value.(string)
			if f, ok := a.Value.(map[string]any); ok && f["type"] == "Function" {
				body, _ := f["body"].(string)
				isText = strings.Contains(body, `"`+director+`"`) && strings.Contains(body, "$"+variable+"$")
				value = director
			}
			if !isText && a.Value != nil || value+a.SetIf != director {
				t.Errorf("director-basket.json: %s of %s is %+v", argument, command, a)
			}
			if repeat := regexp.MustCompile(`"` + argument + `" = \{\n.*\n +repeat_key = true`).MatchString(conf); a.Repeat != repeat {
				t.Errorf("director-basket.json: %s of %s repeats its key: %v, in netstat-commands.conf %v", argument, command, a.Repeat, repeat)
			}
		}
		if !fields[variable] {
			t.Errorf("director-basket.json has no field for %s", variable)
		}
	}
	if len(basket.Command) != 3 {
		t.Errorf("%d commands in director-basket.json", len(basket.Command))
	}
}

// What a remote monitoring server sends must not become options, since one of
// them names a program to run.
func TestAnArgumentFromAfarIsQuoted(t *testing.T) {
	for file, quote := range map[string]string{
		"nrpe/check_netstat.cfg": "'", "nagios/check_netstat.cfg": "'",
		"nsclient/nsclient.ini": `"`, "nsclient/snclient_local_netstat.ini": `"`,
	} {
		text := regexp.MustCompile(`(?m)^ *[#;].*`).ReplaceAllString(contribFile(t, file), "")
		text = strings.ReplaceAll(text, "check_netstat $ARG", "") // options of Nagios' own, which discover quotes
		all, quoted := strings.Count(text, "$ARG"), len(regexp.MustCompile(quote+`(--[a-z]+=)?\$ARG[1-9]\$`+quote).FindAllString(text, -1))
		if all == 0 || all != quoted {
			t.Errorf("%s: %d arguments, %d of them in quotes", file, all, quoted)
		}
	}
}
