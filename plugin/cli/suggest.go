package cli

import (
	"fmt"
	"strings"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/watch"
)

// instead are words of other programs, and the option that was meant.
var instead = map[string]string{
	"json":      "--output json",
	"table":     "--output table",
	"text":      "--output text",
	"format":    "--output",
	"listen":    "--listening FILE, or --port PROTO:PORT",
	"connect":   "--connection HOST:PORT",
	"ports":     "--port PROTO:PORT",
	"file":      "--input FILE",
	"namespace": "--netns",
	"process":   "--port PROTO:PORT,PROGRAM",
	"program":   "--port PROTO:PORT,PROGRAM",
	"service":   "--port PROTO:PORT,service:NAME",
}

// unknownOption words an option that the verb does not take.
func (v *verb) unknownOption(name string, p *flags.Parser) string {
	dashed := "--" + name
	if len([]rune(name)) == 1 {
		dashed = "-" + name
	}
	var names []string
	for _, o := range options(p) {
		names = append(names, o.LongName)
	}
	text := "unknown option " + dashed
	if o := known(name); o != nil {
		name = o.LongName
		text = fmt.Sprintf("%s takes no %s", v.named(), dashed)
		if v.refuses[name] != "" {
			return text + ": " + v.refuses[name]
		}
		return text + v.didYouMean(name, "--", names)
	}
	if meant := instead[strings.ToLower(name)]; meant != "" && p.FindOptionByLongName(firstOption(meant)) != nil {
		return text + ": did you mean " + meant + "? see " + v.help()
	}
	return text + v.didYouMean(name, "--", names)
}

// known returns the option of that long or short name, whichever verb takes it.
func known(name string) *flags.Option {
	all := everyOption()
	if o := all[name]; o != nil {
		return o
	}
	if letters := []rune(name); len(letters) == 1 {
		return lookupOf(all).short[letters[0]]
	}
	return nil
}

// named is the verb for a sentence.
func (v *verb) named() string {
	if v.name == "" {
		return "a check"
	}
	return v.name
}

// firstOption is the name of the first option in a suggestion.
func firstOption(text string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "--"), " ")
	return name
}

// strayArgument says what a word may mean that stands where a verb could.
func strayArgument(word string) string {
	switch strings.ToLower(word) {
	case "help", "version":
		return ": did you mean --" + strings.ToLower(word) + "?"
	case "check":
		return ": leave it out, check_netstat alone is the check"
	case "list":
		return ": did you mean items? see --help"
	}
	if meant := valueOption(word); meant != "" {
		return ": did you mean " + meant + " " + word + "? see --help"
	}
	return verbOf("").didYouMean(word, "", verbNames())
}

// valueOption returns the option that a value stands without: a port, a
// connection or a list. "" if it looks like none.
func valueOption(word string) string {
	lower := strings.ToLower(word)
	switch {
	case strings.HasSuffix(lower, ".csv") && strings.Contains(lower, "listen"):
		return "--listening"
	case strings.HasSuffix(lower, ".csv") && strings.Contains(lower, "connect"):
		return "--connections"
	case strings.HasSuffix(lower, ".csv"):
		return "--connections or --listening"
	}
	return AdHocOption(word)
}

// AdHocOption returns the option of an ad-hoc item that the text is a value of,
// "" if it is of none.
func AdHocOption(text string) string {
	if !strings.ContainsAny(text, ":,") {
		return ""
	}
	if watch.AdHocPort(text).Err == nil {
		return "--port"
	}
	if it := watch.AdHocConnection(text); it.Err == nil {
		return "--connection"
	}
	return ""
}

// didYouMean ends a message about a word that is not known: with the name that
// is nearest, if one is near, and where all names are.
func (v *verb) didYouMean(word, prefix string, names []string) string {
	if near := nearest(word, names); near != "" {
		return ": did you mean " + prefix + near + "? see " + v.help()
	}
	return "; see " + v.help()
}
