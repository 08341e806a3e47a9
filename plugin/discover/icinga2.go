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
		for _, o := range s.Options {
			fmt.Fprintf(&b, "  vars.netstat_%s = %s\n", o.variable(), o.dsl())
		}
		fmt.Fprintf(&b, "  vars.netstat_item = [ %s ]\n", dsl(noMacros(sv.Key)))
		if sv.Group != "" {
			fmt.Fprintf(&b, "  groups += [ %s ]\n", dsl(sv.Group))
		}
		fmt.Fprintf(&b, "  assign where host.name == %s\n}\n", dsl(s.Host))
	}
	return b.String(), nil
}

// dsl writes the value of the option's variable.
func (o *Option) dsl() string {
	if o.Flag {
		return "true"
	}
	values := make([]string, len(o.Values))
	for i, v := range o.Values {
		values[i] = dsl(noMacros(v))
	}
	if o.Many {
		return "[ " + strings.Join(values, ", ") + " ]"
	}
	return strings.Join(values, "")
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
