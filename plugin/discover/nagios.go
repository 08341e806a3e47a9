package discover

import (
	"fmt"
	"strings"
)

// nagiosIllegal are the characters that Nagios Core refuses in names: its
// default of illegal_object_name_chars and, because they begin a command's next
// argument or a macro, "!" and "$", which it has as well.
const nagiosIllegal = "`~!$%^&*|'\"<>?,()="

// nagios writes object definitions for Nagios Core 4 and Naemon. The command is
// the one that is called like the template: it gets the key as $ARG1$ and the
// options as $ARG2$. There is no icon: in Nagios one is an image file, and the
// ones that each site has differ.
func nagios(all []service, s *Setup) (string, error) {
	var b strings.Builder
	b.WriteString("# Services of check_netstat discover nagios: do not edit, run it again.\n" +
		"# Template, command and groups are in contrib/nagios of check_netstat.\n")
	var options []string
	for i := range s.Options {
		for _, word := range s.Options[i].words() {
			if !strings.HasPrefix(word, "--") || strings.Contains(word, "=") {
				word = shellQuote(word)
			}
			options = append(options, word)
		}
	}
	for i := range all {
		sv := &all[i]
		b.WriteString("\ndefine service {\n")
		set := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, "    %-20s %s\n", name, objectValue(value))
			}
		}
		set("use", s.Template)
		set("host_name", s.Host)
		set("service_description", sv.Name)
		set("display_name", sv.Display)
		set("notes", sv.Notes)
		set("check_command", s.Template+"!"+commandArgument(sv.Key)+"!"+commandArgument(strings.Join(options, " ")))
		if sv.Group != "" {
			set("servicegroups", "+"+sv.Group) // besides those of the template
		}
		for _, v := range sv.identity() {
			set("_NETSTAT_"+strings.ToUpper(v.name), v.value)
		}
		b.WriteString("}\n")
	}
	return b.String(), nil
}

// shellQuote quotes a value for the shell, through which Nagios runs a command
// line that has special characters.
func shellQuote(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// commandArgument writes an argument of check_command: "!" ends it and "$"
// begins a macro. Nagios takes away one backslash before each "!" and leaves
// all others (common/macros.c, get_raw_command_line_r).
func commandArgument(value string) string {
	return strings.NewReplacer("!", `\!`, "$", "$$").Replace(value)
}

// objectValue writes the value of a directive: ";" begins a comment unless a
// backslash is before it, which is taken away. Where the value ends with a
// backslash, an empty comment keeps it from joining the next line to this one.
// (xdata/xodtemplate.c, xodtemplate_process_config_file)
func objectValue(value string) string {
	value = strings.ReplaceAll(value, ";", `\;`)
	if strings.HasSuffix(value, `\`) {
		value += " ;"
	}
	return value
}
