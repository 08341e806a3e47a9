package lint

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"check_netstat/plugin/program"
	"check_netstat/plugin/watch"
)

// itemFindings are those about one row.
func itemFindings(it *watch.Item) []Finding {
	if it.Err != nil {
		return rowErrors(it)
	}
	var found []Finding
	hint := func(column, format string, args ...any) {
		found = append(found, Finding{it.Place(column), Hint, fmt.Sprintf(format, args...)})
	}
	if it.Kind != watch.Count && it.Expect == watch.Any && it.Warning.IsZero() && it.Critical.IsZero() {
		found = append(found, Finding{it.Place("expect"), Error,
			"expect any without warning or critical judges nothing: it is always OK; give a range"})
	}
	if it.RemoteIgnored != "" {
		hint("remoteName", "remoteName %q is not used, because remoteIP is given: leave one of them out", it.RemoteIgnored)
	}
	if it.ResolveErr != nil {
		hint("remoteName", "%v: a check says UNKNOWN, or what --dns-failure says; correct the name, or give remoteIP", it.ResolveErr)
	}
	if text := nameHint(it); text != "" {
		hint("name", "name %q %s", it.Name, text)
	}
	if text := programHint(it.Program); text != "" {
		hint("procName", "procName %s %s", it.Program.String(), text)
	}
	return found
}

// nameHint says what may be wrong with the name of an item, "" for nothing.
func nameHint(it *watch.Item) string {
	switch key := watch.CleanKey(it.Name); {
	case strings.HasPrefix(it.Name, "-"):
		return "begins with -, so that many programs take it for an option: begin it with a letter, or write --item=" + key
	case key != it.Name:
		return "has characters that a key drops: the key is " + key
	}
	return ""
}

func rowErrors(it *watch.Item) []Finding {
	var row watch.RowError
	if !errors.As(it.Err, &row) {
		return []Finding{{it.Place(""), Error, it.Err.Error()}}
	}
	var found []Finding
	for _, f := range row {
		text := f.Error()
		if f.Column == "" { // the row as a whole
			text += ": put a field that holds a separator or a quote in quotes, and double the quotes in it"
		}
		found = append(found, Finding{it.Place(f.Column), Error, text})
	}
	return found
}

// Expressions are compiled when they are needed: a check does not start with them.
var (
	// pathForm is the beginning of a file's path, anchored or not.
	pathForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\^=]?(?:/[^/]+/|[A-Za-z]:[\\/]|\\\\)`) })
	// bareExe is an ending in which the dot fits any character.
	bareExe = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)[^\\=]\.exe\$?$`) })
)

// why says what is wrong with an expression, without repeating it.
func why(err error) string {
	if se := (*syntax.Error)(nil); errors.As(err, &se) {
		return se.Code.String()
	}
	return err.Error()
}

// programHint says what may be wrong with a procName, "" for nothing.
func programHint(p program.Pattern) string {
	text := p.String()
	switch {
	case pathForm().MatchString(text):
		return "looks like a file's path: a program is known by its name alone, as java or CcmExec"
	case p.Invalid() != nil:
		return fmt.Sprintf("is no valid expression (%s) and is taken as it stands: put \\ before a special character, or = before a whole name", why(p.Invalid()))
	case !strings.HasPrefix(text, "=") && bareExe().MatchString(text):
		return "ends in .exe, whose dot fits any character: leave .exe out, a name is tried with and without it"
	}
	return ""
}
