package cli

import (
	"reflect"
	"strings"

	flags "github.com/jessevdk/go-flags"
)

// word is one option, with its value, or one argument of a command line.
type word struct {
	option   *flags.Option // nil for an argument and for an option that is not known
	value    string        // of the option; otherwise the text as it stands
	hasValue bool          // false too if the line ends before the value
}

// lookup finds options by their names.
type lookup struct {
	long  map[string]*flags.Option
	short map[rune]*flags.Option
}

func lookupOf(all map[string]*flags.Option) *lookup {
	l := &lookup{long: all, short: map[rune]*flags.Option{}}
	for _, o := range all {
		if o.ShortName != 0 {
			l.short[o.ShortName] = o
		}
	}
	return l
}

// split takes a command line to its words. rest are the arguments behind "--".
//
// An option takes the word behind it as its value, unless that is the name of an
// option: somebody has forgotten the value then. An item's key may have any
// name, so that --item takes every word.
func (l *lookup) split(args []string) (words []word, rest []string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return words, args[i+1:]
		}
		if !isOption(arg) {
			words = append(words, word{value: arg})
			continue
		}
		some := l.options(arg)
		last := &some[len(some)-1]
		if last.option != nil && takesValue(last.option) && !last.hasValue && i+1 < len(args) {
			if next := args[i+1]; last.option.ValueName == keyName || !l.isOption(next) {
				last.value, last.hasValue = next, true
				i++
			}
		}
		words = append(words, some...)
	}
	return words, nil
}

// isOption reports whether go-flags takes the word for an option.
func isOption(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && !strings.HasPrefix(arg, "---")
}

// isOption reports whether the word is an option that is known.
func (l *lookup) isOption(arg string) bool {
	return arg == "--" || isOption(arg) && l.options(arg)[0].option != nil
}

// options returns the options of one word: a long one, or several short ones.
func (l *lookup) options(arg string) []word {
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		name, value, hasValue := strings.Cut(long, "=")
		o := l.long[name]
		if o == nil {
			return []word{{value: arg}}
		}
		return []word{{o, value, hasValue}}
	}
	var all []word
	for at, short := range arg[1:] {
		o := l.short[short]
		if o == nil {
			return append(all, word{value: "-" + arg[1+at:]})
		}
		if takesValue(o) {
			value := strings.TrimPrefix(arg[1+at+len(string(short)):], "=")
			return append(all, word{o, value, value != ""})
		}
		all = append(all, word{option: o})
	}
	return all
}

// canonical writes the word as go-flags reads it in one way only.
func (w *word) canonical() string {
	switch {
	case w.option == nil:
		return w.value
	case w.hasValue:
		return "--" + w.option.LongName + "=" + w.value
	}
	return "--" + w.option.LongName
}

// isArgument reports whether the word is neither an option nor looks like one.
func (w *word) isArgument() bool { return w.option == nil && !isOption(w.value) }

func takesValue(o *flags.Option) bool {
	t := o.Field().Type
	return t.Kind() != reflect.Bool && (t.Kind() != reflect.Slice || t.Elem().Kind() != reflect.Bool)
}

// repeats reports whether an option may be given several times.
func repeats(o *flags.Option) bool {
	return o.Field().Type.Kind() == reflect.Slice || o.ValueName == keyName
}
