package plugin

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/report"
	"check_netstat/plugin/state"
)

// A shell that completes a command line runs it with GO_FLAGS_COMPLETION set
// (contrib/completion). go-flags then gives the names of options and verbs; what
// it cannot know is here: values, which depend on what stands before them. Lists
// are read for the keys of their items, and nothing else is done: there is no
// snapshot and no look-up of names. Where nothing is to be said, as for a file's
// name, the shell completes a file itself.

// completion is what a command line may go on with.
type completion struct {
	words []flags.Completion
	asked bool
}

// completionVariable asks go-flags for completions; its value "verbose" for
// descriptions, too.
const completionVariable = "GO_FLAGS_COMPLETION"

// tellCompletions writes one completion a line, its description after a tab. The
// exit code is that of UNKNOWN: a variable left in an agent's environment must
// not make a check OK.
func (r *request) tellCompletions(w io.Writer) int {
	var b strings.Builder
	for _, c := range r.completion.words {
		b.WriteString(c.Item)
		if os.Getenv(completionVariable) == "verbose" && c.Description != "" {
			b.WriteString("\t" + c.Description)
		}
		b.WriteString("\n")
	}
	_, _ = io.WriteString(w, b.String()) // there is nowhere to say it
	return state.Unknown.ExitCode()
}

// complete completes the last of args; names are go-flags' own answer.
func (r *request) complete(p *flags.Parser, args []string, names []flags.Completion) []flags.Completion {
	if len(args) == 0 {
		return names
	}
	before, word := args[:len(args)-1], args[len(args)-1]
	option, positional := r.walk(p, before)
	start := ""
	if option == nil && !positional {
		if name, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(name, "--") {
			if option = r.option(p, name[len("--"):]); option == nil {
				return nil
			}
			start, word = name+"=", value
		}
	}
	switch {
	case option != nil:
		return fitting(r.values(option), start, word)
	case !strings.HasPrefix(word, "-") && r.verb != verbCheck:
		return fitting(r.arguments(), "", word)
	case positional:
		return nil
	}
	return names
}

// walk takes the words before the one that is completed as far as completions
// depend on them. It returns the option whose value comes next, or whether "--"
// has ended the options.
func (r *request) walk(p *flags.Parser, words []string) (awaits *flags.Option, positional bool) {
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case word == "--":
			return nil, true
		case strings.HasPrefix(word, "-") && word != "-":
			option, value, given := r.split(p, word)
			switch {
			case option == nil:
			case !given && i+1 == len(words):
				return option, false
			case !given:
				i++
				value = words[i]
				fallthrough
			default:
				_ = option.Set(&value) // what is wrong with it the run will say
			}
		case r.verb == verbCheck:
			r.verb = verb(word)
		case r.argument == "":
			r.argument = word
		}
	}
	return nil, false
}

// split returns the option of a word that takes a value, with the value where the
// word has it.
func (r *request) split(p *flags.Parser, word string) (option *flags.Option, value string, given bool) {
	if long, ok := strings.CutPrefix(word, "--"); ok {
		long, value, given = strings.Cut(long, "=")
		return r.option(p, long), value, given
	}
	for at, short := range word[1:] {
		if o := p.FindOptionByShortName(short); o != nil && takesValue(o) {
			value = word[1+at+len(string(short)):]
			return o, value, value != ""
		}
	}
	return nil, "", false
}

// option returns the option of that long name, if it takes a value.
func (r *request) option(p *flags.Parser, name string) *flags.Option {
	o := p.FindOptionByLongName(name)
	if command := p.Find(string(r.verb)); o == nil && command != nil {
		o = command.FindOptionByLongName(name)
	}
	if o == nil || !takesValue(o) {
		return nil
	}
	return o
}

func takesValue(o *flags.Option) bool {
	t := o.Field().Type
	return t.Kind() != reflect.Bool && (t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Bool)
}

// values returns what an option's value may be, where that can be listed.
func (r *request) values(o *flags.Option) (all []flags.Completion) {
	for _, choice := range o.Choices {
		all = append(all, flags.Completion{Item: choice})
	}
	switch o.ValueName {
	case "STATE":
		for _, s := range slices.Backward(state.All[:]) {
			all = append(all, flags.Completion{Item: strings.ToLower(s.String())})
		}
	case "KEY":
		r.Items.Item = nil // the others given do not narrow this one
		items, _ := r.items()
		for i := range items {
			all = append(all, flags.Completion{Item: items[i].Key, Description: report.Clean(items[i].Comment)})
		}
	}
	return all
}

// arguments returns what may follow the verb.
func (r *request) arguments() (all []flags.Completion) {
	for _, v := range verbs {
		if v.verb == r.verb && r.argument == "" {
			for _, a := range v.arguments {
				all = append(all, flags.Completion{Item: a, Description: fmt.Sprintf("%s: %s", v.verb, v.text)})
			}
		}
	}
	return all
}

// fitting returns what begins with word, with start before it.
func fitting(all []flags.Completion, start, word string) (some []flags.Completion) {
	for _, c := range all {
		if strings.HasPrefix(c.Item, word) {
			some = append(some, flags.Completion{Item: start + c.Item, Description: c.Description})
		}
	}
	return some
}
