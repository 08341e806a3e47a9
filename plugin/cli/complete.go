package cli

import (
	"fmt"
	"os"
	"strings"

	flags "github.com/jessevdk/go-flags"
)

// A shell that completes a command line runs it with GO_FLAGS_COMPLETION set
// (contrib/completion). go-flags says how the line may go on; the values of
// options and the arguments of verbs complete themselves, by their types. Lists
// are read for the keys of their items, and nothing else is done: there is no
// snapshot and no look-up of names. If there is nothing to say, as for a file's
// name, the shell completes a file itself.

// completionVariable asks go-flags for completions; its value "verbose" for
// descriptions, too.
const completionVariable = "GO_FLAGS_COMPLETION"

// complete answers with one completion a line, its description after a tab.
func complete(v *verb, p *flags.Parser, options command, args []string, list func(*Watch) []flags.Completion) *Text {
	if w := chosenOf(options); w != nil {
		w.Item.list = func() []flags.Completion { return list(watchSoFar(p, args)) }
	}
	var b strings.Builder
	p.CompletionHandler = func(all []flags.Completion) {
		for _, c := range all {
			b.WriteString(c.Item)
			if os.Getenv(completionVariable) == "verbose" && c.Description != "" {
				b.WriteString("\t" + c.Description)
			}
			b.WriteString("\n")
		}
	}
	_, _ = p.ParseArgs(withoutVerb(v, args)) // it only asks the handler
	return &Text{verb: v.name, Text: b.String(), Completes: true}
}

// withoutVerb takes the verb out of a line that is completed.
func withoutVerb(v *verb, args []string) []string {
	for i, arg := range args {
		if v.name != "" && arg == v.name {
			return append(append([]string{}, args[:i]...), args[i+1:]...)
		}
	}
	return args
}

// chosenOf returns the part of a verb's options that chooses items.
func chosenOf(c command) *chosenOptions {
	switch o := c.(type) {
	case *checkOptions:
		return &o.Watch
	case *itemsOptions:
		return &o.Watch
	case *socketsOptions:
		return &o.Watch
	case *discoverOptions:
		return &o.Watch
	}
	return nil
}

// watchSoFar is what the words before the last one watch. What is wrong with them
// the run will say. Items that are chosen already do not narrow the others.
func watchSoFar(p *flags.Parser, args []string) *Watch {
	words, _ := lookupOf(byName(p)).split(args[:max(0, len(args)-1)])
	var o watchOptions
	for i := range words {
		if w := &words[i]; w.hasValue {
			o.set(w.option.LongName, w.value)
		}
	}
	w := o.watch()
	return &w
}

// set takes one value that decides which items there are.
func (o *watchOptions) set(name, value string) {
	for _, part := range []struct {
		name string
		to   *[]string
	}{
		{"connections", &o.Connections}, {"listening", &o.Listening},
		{"connection", &o.Connection}, {"port", &o.Port}, {"count", &o.Count},
	} {
		if part.name == name {
			*part.to = append(*part.to, value)
		}
	}
	if name == "dir" {
		o.Dir = once(value)
	}
}

// complete lists the arguments of the verb that begin with match.
func (v *verb) complete(match string) []flags.Completion {
	all := beginning(v.arguments, match)
	for i := range all {
		all[i].Description = fmt.Sprintf("%s: %s", v.name, v.text)
	}
	return all
}

// verbWord is a verb that is not written whole yet.
type verbWord string

// Complete lists the verbs.
func (*verbWord) Complete(match string) []flags.Completion {
	var all []flags.Completion
	for _, v := range verbs {
		if v.name != "" && strings.HasPrefix(v.name, match) {
			all = append(all, flags.Completion{Item: v.name, Description: v.text})
		}
	}
	return all
}
