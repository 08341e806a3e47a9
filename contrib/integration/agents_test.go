//go:build integration && linux

package integration

import (
	"slices"
	"strings"
	"testing"
)

// agentFile is an agent's file in contrib and what the agent's manual allows in it.
type agentFile struct {
	name, quote string
	keys        []string // of a script's own section
	yes         string   // how a switch is on
	program     string   // how the path of the program begins
}

// Neither agent can be had here, so that its files are held to its manual: for
// NSClient++ the reference of CheckExternalScripts, for snclient the commented
// snclient.ini of its packages.
var agentFiles = []agentFile{
	{"nsclient/nsclient.ini", `"`, []string{
		"alias", "capture output", "command", "display", "domain", "encoding", "ignore perfdata", "is template", "parent", "password", "session", "user",
	}, "true", "C:/Program Files/NSClient++/scripts/"},
	{"nsclient/snclient_local_netstat.ini", `"`, []string{
		"allow arguments", "allow nasty characters", "command", "ignore perfdata", "timeout",
	}, "yes", "${scripts}/"},
}

const scriptSections = "/settings/external scripts/scripts/"

func TestAgentsFilesSetNothingThatOtherChecksUse(t *testing.T) {
	for _, f := range agentFiles {
		scripts := map[string]map[string]string{}
		for _, e := range ini(t, f.name) {
			script, isScript := strings.CutPrefix(e.section, scriptSections)
			switch {
			case e.section == "/modules":
				if e.value != "enabled" || e.key != "CheckExternalScripts" && e.key != "NRPEServer" {
					t.Errorf("%s: %s = %s", f.name, e.key, e.value)
				}
			case !isScript || !strings.HasPrefix(script, "check_netstat"):
				t.Errorf("%s sets %s in [%s], which is for all", f.name, e.key, e.section)
			case !slices.Contains(f.keys, e.key):
				t.Errorf("%s: [%s] knows no %s", f.name, e.section, e.key)
			default:
				if scripts[script] == nil {
					scripts[script] = map[string]string{}
				}
				scripts[script][e.key] = e.value
			}
		}
		if len(scripts) != 2 {
			t.Errorf("%s has scripts %q", f.name, scripts)
		}
		for name, keys := range scripts {
			if keys["ignore perfdata"] != f.yes { // the agent would write it anew
				t.Errorf("%s: %s: ignore perfdata = %q", f.name, name, keys["ignore perfdata"])
			}
			if takes := strings.Contains(keys["command"], "$ARG"); slices.Contains(f.keys, "allow arguments") &&
				(keys["allow arguments"] == "true") != takes {
				t.Errorf("%s: %s: allow arguments = %q for %s", f.name, name, keys["allow arguments"], keys["command"])
			}
		}
	}
}

// agentCommands returns the words of each command as the agents split it, the first
// one being the program, and the key of an item in place of the argument.
func agentCommands(t *testing.T, f agentFile, key string) (all [][]string) {
	t.Helper()
	for _, e := range ini(t, f.name) {
		if e.key != "command" {
			continue
		}
		// "${scripts}" is snclient's own folder, and no word of a shell.
		words := words(t, strings.NewReplacer("$ARG1$", key, "${", "{").Replace(e.value))
		if program := strings.Replace(f.program, "${", "{", 1) + "check_netstat.exe"; words[0] != program || !strings.HasPrefix(e.value, f.quote) {
			t.Errorf("%s runs %s", f.name, e.value)
		}
		for _, w := range words[1:] {
			if strings.ContainsAny(w, "|`&><'\"\\[]{};$!") { // what both agents refuse
				t.Errorf("%s: %q in %s", f.name, w, e.value)
			}
		}
		all = append(all, words)
	}
	return all
}

func TestAgentsCommandsDoWhatTheySay(t *testing.T) {
	l, port := listen(t, 0)
	t.Cleanup(connected(t, l))
	dir := lists(t, port)
	for _, f := range agentFiles {
		commands := agentCommands(t, f, "shop/port")
		if len(commands) != 2 {
			t.Fatalf("%s: commands %q", f.name, commands)
		}
		for i, want := range []string{bothOK, portOK} {
			text, code := plugin(t, append(commands[i][1:], "--dir", dir)...)
			if code != 0 || !strings.HasPrefix(text, want) {
				t.Errorf("%s: %q: exit %d\n%s", f.name, commands[i], code, text)
			}
			if f.name == "nsclient/nsclient.ini" { // a packet of version 2
				text, _ = plugin(t, append(commands[0][1:], "--dir", many(t, 100))...)
				if len(text) > 1000 {
					t.Errorf("%d bytes for a packet of 1024", len(text))
				}
			}
		}
	}
}
