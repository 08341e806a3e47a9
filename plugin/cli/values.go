package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	flags "github.com/jessevdk/go-flags"

	"check_netstat/plugin/report"
	"check_netstat/plugin/source"
	"check_netstat/plugin/state"
)

// The types of values that go-flags reads and completes. What is wrong with a
// value is said so that it can follow the option's name.

// once is a value of which the last would otherwise win in silence, or, if a
// variable is not set, none.
type once string

// UnmarshalFlag takes the value from go-flags.
func (o *once) UnmarshalFlag(value string) error {
	switch {
	case value == "":
		return errors.New("is empty")
	case *o != "":
		return fmt.Errorf("is given twice, as %q and %q", string(*o), value)
	}
	*o = once(value)
	return nil
}

// stateName is a monitoring state in any case; "" if none is given.
type stateName string

// UnmarshalFlag takes the value from go-flags.
func (s *stateName) UnmarshalFlag(value string) error {
	if _, err := state.Parse(value); err != nil {
		return err
	}
	*s = stateName(value)
	return nil
}

// Complete lists the states, the best first.
func (s *stateName) Complete(match string) []flags.Completion {
	names := make([]string, 0, len(state.All))
	for i := len(state.All) - 1; i >= 0; i-- {
		names = append(names, strings.ToLower(state.All[i].String()))
	}
	return beginning(names, match)
}

// state is OK if none is given.
func (s stateName) state() state.State {
	if s == "" {
		return state.OK
	}
	parsed, _ := state.Parse(string(s)) // it was valid when it was taken
	return parsed
}

// formName is the name of a form of output.
type formName string

// UnmarshalFlag takes the value from go-flags.
func (f *formName) UnmarshalFlag(value string) error {
	if _, err := report.ParseForm(value); err != nil {
		return err
	}
	*f = formName(value)
	return nil
}

// Complete lists the forms.
func (f *formName) Complete(match string) []flags.Completion { return beginning(report.Forms(), match) }

// sourceName is the name of a source.
type sourceName string

var sourceNames = []string{source.Auto, source.Netstat, source.SS, source.Kernel}

// UnmarshalFlag takes the value from go-flags.
func (s *sourceName) UnmarshalFlag(value string) error {
	return oneOf((*string)(s), value, sourceNames)
}

// Complete lists the sources.
func (s *sourceName) Complete(match string) []flags.Completion { return beginning(sourceNames, match) }

// scopeName is the value of --unexpected-scope.
type scopeName string

const scopeExternal = "external"

var scopeNames = []string{"all", scopeExternal}

// UnmarshalFlag takes the value from go-flags.
func (s *scopeName) UnmarshalFlag(value string) error { return oneOf((*string)(s), value, scopeNames) }

// Complete lists the scopes.
func (s *scopeName) Complete(match string) []flags.Completion { return beginning(scopeNames, match) }

// oneOf takes a value that is one of some words.
func oneOf(to *string, value string, words []string) error {
	for _, w := range words {
		if strings.EqualFold(w, value) {
			*to = w
			return nil
		}
	}
	return fmt.Errorf("%q: not %s or %s", value, strings.Join(words[:len(words)-1], ", "), words[len(words)-1])
}

// seconds is a time.
type seconds float64

// UnmarshalFlag takes the value from go-flags.
func (s *seconds) UnmarshalFlag(value string) error {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil || f != f {
		return fmt.Errorf("%q: not a number of seconds, such as 5", value)
	}
	*s = seconds(f)
	return nil
}

func (s seconds) duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// number is a whole number.
type number int

// UnmarshalFlag takes the value from go-flags.
func (n *number) UnmarshalFlag(value string) error {
	i, err := strconv.Atoi(value)
	if err != nil {
		return fmt.Errorf("%q: not a whole number, such as 3", value)
	}
	*n = number(i)
	return nil
}

// keyName is what the help calls an item's key.
const keyName = "KEY"

// keys are the keys of items. They are no slice, of which go-flags would complete
// an element that knows nothing of the lists.
type keys struct {
	all  []string
	list func() []flags.Completion // every key there is; nil if nothing is completed
}

// UnmarshalFlag takes one more value from go-flags.
func (k *keys) UnmarshalFlag(value string) error {
	if value == "" {
		return errors.New("is empty")
	}
	k.all = append(k.all, value)
	return nil
}

// Complete lists the keys of the lists and items that the line has so far.
func (k *keys) Complete(match string) []flags.Completion {
	if k.list == nil {
		return nil
	}
	return fitting(k.list(), match)
}

// beginning returns the words that begin with match.
func beginning(words []string, match string) []flags.Completion {
	all := make([]flags.Completion, len(words))
	for i, w := range words {
		all[i].Item = w
	}
	return fitting(all, match)
}

func fitting(all []flags.Completion, match string) []flags.Completion {
	var some []flags.Completion
	for _, c := range all {
		if strings.HasPrefix(c.Item, match) {
			some = append(some, c)
		}
	}
	return some
}
