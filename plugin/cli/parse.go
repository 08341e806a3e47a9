package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/report"
)

// Request is what one command line asks for: a pointer to [Check], [Items],
// [Lint], [Sockets], [Learn] or [Discover], or a [Text].
type Request interface {
	Verb() string         // "" for the check
	Look() Show           // how the answer looks
	Limit() time.Duration // of the whole run
}

// Frame is what every request has.
type Frame struct {
	Show    Show
	Timeout time.Duration
}

// Look is how the answer looks.
func (f *Frame) Look() Show { return f.Show }

// Limit is the time limit of the whole run.
func (f *Frame) Limit() time.Duration { return f.Timeout }

// Text is a request that needs no work: help, version or completions.
type Text struct {
	Frame
	verb    string
	Text    string
	Version bool // the version is asked for; Text is empty
	// Completes says that the answer is for a shell.
	Completes bool
}

// Verb is that of the line.
func (t *Text) Verb() string { return t.verb }

// Error is what is wrong with a command line.
type Error struct {
	Verb string // "" for the check
	// Show is how the answer is to look, as far as it was understood.
	Show Show
	Err  error
}

// Error returns the message, one line that may hold text from outside.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// given is what all verbs need to validate their options.
type given struct {
	words     []word // options of the command line, in its order
	arguments []string
}

// Parse reads a command line. keys returns the items that may be selected, to
// complete an item's key. Every error is an [*Error].
func Parse(args []string, keys func(*Watch) []flags.Completion) (Request, error) {
	v := findVerb(args, completes())
	p, options := v.parser()
	words, rest := lookupOf(byName(p)).split(args)
	words = v.takeOut(words)
	if completes() {
		return complete(v, p, options, args, keys), nil
	}
	fail := func(err error) (Request, error) { return nil, &Error{v.name, shown(options), err} }
	canonical := make([]string, 0, len(words)+1+len(rest))
	for i := range words {
		canonical = append(canonical, words[i].canonical())
	}
	if _, err := p.ParseArgs(append(append(canonical, "--"), rest...)); err != nil {
		return fail(v.wordError(p, err))
	}
	general := generalOf(options)
	switch {
	case general.Help:
		return &Text{verb: v.name, Text: usage(v, p)}, nil
	case general.Version:
		return &Text{verb: v.name, Version: true}, nil
	}
	arguments := append(argumentsOf(words), rest...)
	if err := v.checkArguments(arguments); err != nil {
		return fail(err)
	}
	request, err := options.request(&given{words, arguments})
	if err != nil {
		return fail(err)
	}
	return request, nil
}

// findVerb returns the verb of a line, which is its first argument, wherever it
// stands. While a line is completed its last word is no verb yet.
func findVerb(args []string, unfinished bool) *verb {
	if unfinished && len(args) > 0 {
		args = args[:len(args)-1]
	}
	named := func(arg string) bool { return slices.Contains(verbNames(), arg) }
	switch at := slices.IndexFunc(args, named); at {
	case -1:
		return verbOf("")
	case 0:
		return verbOf(args[0])
	}
	// It may be the value of an option, of any verb's.
	words, _ := lookupOf(everyOption()).split(args)
	for i := range words {
		if words[i].isArgument() {
			if named(words[i].value) {
				return verbOf(words[i].value)
			}
			break
		}
	}
	return verbOf("")
}

// takeOut takes the verb out of its line.
func (v *verb) takeOut(words []word) []word {
	if v.name == "" {
		return words
	}
	i := slices.IndexFunc(words, func(w word) bool { return w.isArgument() && w.value == v.name })
	if i < 0 {
		return words
	}
	return slices.Delete(words, i, i+1)
}

// argumentsOf returns the words that are no options.
func argumentsOf(words []word) []string {
	var all []string
	for i := range words {
		if words[i].isArgument() {
			all = append(all, words[i].value)
		}
	}
	return all
}

// checkArguments takes what stands on the command line besides options and verb.
func (v *verb) checkArguments(rest []string) error {
	if len(v.arguments) > 0 {
		choices := strings.Join(v.arguments, ", ")
		if len(rest) == 0 {
			return fmt.Errorf("%s needs one of: %s", v.name, choices)
		}
		if !slices.Contains(v.arguments, rest[0]) {
			return fmt.Errorf("%s %q: not one of %s%s", v.name, rest[0], choices, v.didYouMean(rest[0], "", v.arguments))
		}
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return nil
	}
	if v.name == "" {
		return fmt.Errorf("unexpected argument %q%s", rest[0], strayArgument(rest[0]))
	}
	if meant := valueOption(rest[0]); meant != "" {
		return fmt.Errorf("unexpected argument %q: write %s %s", rest[0], meant, rest[0])
	}
	return fmt.Errorf("unexpected argument %q; see %s", rest[0], v.help())
}

// help is the command that lists the verb's options.
func (v *verb) help() string {
	if v.name == "" {
		return "--help"
	}
	return "check_netstat " + v.name + " --help"
}

// wordError makes a plain line of go-flags' message.
func (v *verb) wordError(p *flags.Parser, err error) error {
	var fe *flags.Error
	if !errors.As(err, &fe) {
		return err
	}
	text := strings.Join(strings.Fields(fe.Message), " ")
	name := between(text, "`", "'")
	if i := strings.LastIndex(name, "--"); i > 0 { // "-t, --timeout"
		name = name[i:]
	}
	_, reason, _ := strings.Cut(text, "): ")
	switch {
	case fe.Type == flags.ErrUnknownFlag:
		return errors.New(v.unknownOption(name, p))
	case fe.Type == flags.ErrExpectedArgument:
		return fmt.Errorf("%s needs a value; see %s", name, v.help())
	case fe.Type == flags.ErrNoArgumentForBool:
		return fmt.Errorf("%s takes no value; see %s", name, v.help())
	case fe.Type == flags.ErrMarshal && reason != "":
		return fmt.Errorf("%s %s; see %s", name, reason, v.help())
	}
	return fmt.Errorf("%s; see %s", strings.NewReplacer("`", "", "'", "").Replace(text), v.help())
}

func between(text, begin, end string) string {
	_, text, _ = strings.Cut(text, begin)
	text, _, _ = strings.Cut(text, end)
	return text
}

// shown returns how the answer is to look, also if the line is wrong elsewhere.
func shown(c command) Show {
	if s, ok := c.(interface{ show() Show }); ok {
		return s.show()
	}
	return plainShow()
}

// plainShow is for what has no options of output.
func plainShow() Show { return Show{Form: report.DefaultForm(), Limit: defaultLimit} }

// completes reports whether a shell asks how a command line may go on.
func completes() bool { return os.Getenv(completionVariable) != "" }
