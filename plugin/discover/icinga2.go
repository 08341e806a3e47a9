package discover

import (
	"fmt"
	"strings"
)

// icinga2 writes apply rules, not objects: a rule whose host is not (yet) there
// is a warning, while an object would stop the whole configuration, and only a
// rule has the host at hand, from which the template takes the agent.
func icinga2(all []service, s *Setup) (string, error) {
	var b strings.Builder
	b.WriteString("/* Services of check_netstat discover icinga2: do not edit, run it again.\n" +
		" * The template and the groups are in contrib/icinga2 of check_netstat. */\n")
	for i := range all {
		sv := &all[i]
		fmt.Fprintf(&b, "\napply Service %s {\n", dsl(sv.Name))
		fmt.Fprintf(&b, "  import %s\n", dsl(s.Template))
		for _, a := range sv.attributes() {
			fmt.Fprintf(&b, "  %s = %s\n", a.name, dsl(a.value))
		}
		set := func(name, value string) {
			fmt.Fprintf(&b, "  vars.netstat_%s = %s\n", name, dsl(noMacros(value)))
		}
		for _, v := range sv.identity() {
			set(v.name, v.value)
		}
		if s.Dir != "" {
			set("dir", s.Dir)
		}
		for _, list := range variables(s, sv.Key) {
			values := make([]string, len(list.values))
			for i, v := range list.values {
				values[i] = dsl(noMacros(v))
			}
			fmt.Fprintf(&b, "  vars.netstat_%s = [ %s ]\n", list.name, strings.Join(values, ", "))
		}
		fmt.Fprintf(&b, "  groups += [ %s ]\n", dsl(sv.Group))
		fmt.Fprintf(&b, "  assign where host.name == %s\n}\n", dsl(s.Host))
	}
	return b.String(), nil
}

// list is a custom variable of the CheckCommand that takes several values.
type list struct {
	name   string
	values []string
}

// variables returns the lists that are not empty.
func variables(s *Setup, key string) []list {
	var some []list
	for _, l := range []list{
		{"connections", s.Connections}, {"listening", s.Listening},
		{"connection", s.AdHocConnection}, {"port", s.AdHocPort}, {"item", []string{key}},
	} {
		if len(l.values) > 0 {
			some = append(some, l)
		}
	}
	return some
}

// noMacros doubles each "$": Icinga 2 looks for macros in every custom
// variable, and refuses one with an odd number of them.
func noMacros(value string) string { return strings.ReplaceAll(value, "$", "$$") }

// dsl writes a string of Icinga 2's language, whose lexer knows \" \\ \n and
// the like (lib/config/config_lexer.ll) and no \u: other bytes stand for
// themselves.
func dsl(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value) + `"`
}
