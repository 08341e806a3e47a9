package report

import (
	"fmt"
	"strings"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// The first line is all that an SMS, a list or a phone shows. It names the worst
// items with their reasons, as many as there is room for, and then counts: what it
// counts in words has the number of the perfdata of that name.

// maxSummary is the room of the first line without state and perfdata, in bytes,
// and maxProblem that of what stands for all items.
const (
	maxSummary = 240
	maxProblem = 400
)

// entry is one thing that the first line may name.
type entry struct {
	state      state.State
	item       bool   // it is counted
	head, text string // cleaned; the head is short
	comment    string // cleaned
}

// summary words the whole result without its state.
func (c *Check) summary() string {
	if v := c.single(); v != nil {
		text, _ := singleText(v)
		return text
	}
	entries := c.entries()
	if len(c.Verdicts) == 0 && len(entries) > 0 {
		return clip(entries[0].text, maxProblem)
	}
	if c.State == state.OK {
		return strings.Join(append([]string{c.allOK()}, c.found()...), "; ")
	}
	return c.named(entries)
}

// single returns the only verdict of a result in which nothing else went wrong.
func (c *Check) single() *match.Verdict {
	if len(c.Verdicts) == 1 && len(c.Problems) == 0 && !c.Verdicts[0].Item.Kind.IsUnexpected() {
		return &c.Verdicts[0]
	}
	return nil
}

// singleText is the reason, the comment and, if there is room, the key. whole says
// that nothing is left out.
func singleText(v *match.Verdict) (text string, whole bool) {
	text = withComment(Clean(v.Reason), Clean(v.Item.Comment))
	key := " [" + v.Item.Key + "]"
	if len(text)+len(key) <= maxSummary {
		return text + key, true
	}
	return clip(text, maxSummary), false
}

func withComment(text, comment string) string {
	if comment == "" {
		return text
	}
	return text + " (" + comment + ")"
}

// entries returns what is not OK, worst first: problems come before the items that
// are as bad.
func (c *Check) entries() []entry {
	var all []entry
	problems := func() {
		for _, p := range c.Problems {
			all = append(all, entry{state: state.Unknown, text: Clean(p)})
		}
	}
	told := false
	for _, v := range c.worstFirst() {
		if v.State == state.OK {
			break
		}
		if !told && v.State <= state.Unknown {
			problems()
			told = true
		}
		if v.Item.Kind.IsUnexpected() {
			all = append(all, entry{state: v.State, text: unexpectedText(v)})
			continue
		}
		all = append(all, entry{v.State, true, clip(Clean(v.Item.Display()), maxHead), Clean(v.Reason), Clean(v.Item.Comment)})
	}
	if !told {
		problems()
	}
	return all
}

// maxHead bounds what names an item.
const maxHead = 80

// whole is all of the entry.
func (e *entry) whole() string { return e.headed(withComment(e.text, e.comment)) }

// clipped is as much as there is room for; a comment is left out first.
func (e *entry) clipped(room int) string {
	if text := e.whole(); len(text) <= room {
		return text
	}
	return clip(e.headed(e.text), room)
}

func (e *entry) headed(text string) string {
	if e.head == "" {
		return text
	}
	return e.head + ": " + text
}

// named joins as many entries as there is room for, the first one always, and
// counts the items.
func (c *Check) named(entries []entry) string {
	const sep = "; "
	room := maxSummary - len(sep+"+"+c.stateCounts([len(state.All)]int{}))
	var shown [len(state.All)]int
	var texts []string
	for i := range entries {
		e := &entries[i]
		text := e.whole()
		switch {
		case i == 0:
			text = e.clipped(room)
		case len(text)+len(sep) > room:
			return strings.Join(append(texts, c.rest(shown)...), sep)
		}
		room -= len(text) + len(sep)
		texts = append(texts, text)
		if e.item {
			shown[e.state]++
		}
	}
	return strings.Join(append(texts, c.rest(shown)...), sep)
}

// rest counts the items of the states of which not all are shown. "+" says that
// none of those that it counts is.
func (c *Check) rest(shown [len(state.All)]int) []string {
	text := c.stateCounts(shown)
	if text == "" {
		return nil
	}
	for s, n := range c.counts() {
		if shown[s] > 0 && shown[s] < n {
			return []string{text}
		}
	}
	return []string{"+" + text}
}

// stateCounts counts the items of each state of which not all are shown, the
// worst first: "1 UNKNOWN, 4 OK".
func (c *Check) stateCounts(shown [len(state.All)]int) string {
	counts := c.counts()
	var parts []string
	for _, s := range state.All {
		if counts[s] > shown[s] {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return strings.Join(parts, ", ")
}

// allOK counts the items and, of each kind, the sockets that they match.
func (c *Check) allOK() string {
	text := Plural(len(c.items()), "item") + " OK"
	var kinds []string
	for _, k := range [...]struct {
		kind watch.Kind
		noun string
	}{{watch.Connection, "connection"}, {watch.Listening, "listening port"}} {
		if items, matched := c.ofKind(k.kind); items > 0 {
			kinds = append(kinds, Plural(matched, k.noun))
		}
	}
	if len(kinds) > 0 {
		text += " (" + strings.Join(kinds, ", ") + ")"
	}
	return text
}

// found names what is unexpected though that is OK.
func (c *Check) found() []string {
	var all []string
	for i := range c.Verdicts {
		if v := &c.Verdicts[i]; v.Item.Kind.IsUnexpected() && v.Matched > 0 {
			all = append(all, unexpectedText(v))
		}
	}
	return all
}
