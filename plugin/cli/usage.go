package cli

import (
	"strings"

	flags "github.com/jessevdk/go-flags"
)

// usage writes the help in at most 80 columns, as the Monitoring Plugins
// guidelines ask: that of the check has all verbs, that of a verb what it takes.
// go-flags' own writer fits the terminal it finds, so that its lines would differ
// between a person's call and a monitoring system's.
func usage(v *verb, p *flags.Parser) string {
	var b strings.Builder
	b.WriteString(`check_netstat: are the connections up, are the ports listening?
It judges one snapshot of the sockets and never connects to anything.

Usage:
`)
	for i := range verbs {
		if one := &verbs[i]; v.name == "" || v.name == one.name {
			writeVerb(&b, one)
		}
	}
	for _, g := range groups(p) {
		writeGroup(&b, g)
	}
	if v.name != "" {
		return b.String()
	}
	b.WriteString(`
A verb takes the options that mean something to it: check_netstat VERB --help.
If no list and no ad-hoc item is given, --dir is ` + DefaultDir() + `.

Examples:
  $ check_netstat --port tcp:22
  OK: listening on 0.0.0.0:22 [listening/tcp/any:22/] | 'connections'=0 ...
  $ check_netstat --connection 192.0.2.10:443,gateway
  CRITICAL: 1 SYN_SENT: unanswered [connection/192.0.2.10:443/gateway] | ...
  $ check_netstat --dir /etc/check_netstat -v
  OK: 6 items OK (4 connections, 3 listening ports) | 'connections'=4 ...
`)
	return b.String()
}

// verbColumn is where the descriptions of the verbs begin.
const verbColumn = 37

func writeVerb(b *strings.Builder, v *verb) {
	call, text := strings.TrimRight("check_netstat "+v.name, " "), v.text
	if len(v.arguments) > 0 {
		call += " " + strings.Join(v.arguments, "|")
	}
	call += " [OPTIONS]"
	b.WriteString("  " + call)
	if room := verbColumn - 2 - len(call); room > 0 {
		b.WriteString(strings.Repeat(" ", room))
	} else {
		b.WriteString("\n" + strings.Repeat(" ", verbColumn))
	}
	b.WriteString(text + "\n")
}

// column is where the descriptions of the options begin.
const column = 26

func writeGroup(b *strings.Builder, g *flags.Group) {
	options := g.Options()
	if len(options) == 0 {
		return
	}
	b.WriteString("\n" + g.ShortDescription + ":\n")
	for _, o := range options {
		head := "      --" + o.LongName
		if o.ShortName != 0 {
			head = "  -" + string(o.ShortName) + ", --" + o.LongName
		}
		if o.ValueName != "" {
			head += " " + o.ValueName
		}
		if len(head) >= column {
			b.WriteString(head + "\n" + strings.Repeat(" ", column))
		} else {
			b.WriteString(head + strings.Repeat(" ", column-len(head)))
		}
		writeWrapped(b, o.Description)
	}
}

// writeWrapped writes text from column on, in lines of at most 79 characters.
func writeWrapped(b *strings.Builder, text string) {
	at := column
	for i, word := range strings.Fields(text) {
		switch {
		case i > 0 && at+1+len(word) > 79:
			b.WriteString("\n" + strings.Repeat(" ", column))
			at = column
		case i > 0:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	b.WriteString("\n")
}
