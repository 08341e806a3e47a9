package watch

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"check_netstat/plugin/program"
)

// cleanKey replaces every character that a key must not have.
func cleanKey(text string) string {
	return strings.Map(func(r rune) rune {
		if program.InKey(r) {
			return r
		}
		return '_'
	}, text)
}

// CleanKey returns what a name becomes as a key: other characters than
// A-Z a-z 0-9 . _ : / @ - become "_".
func CleanKey(name string) string { return cleanKey(name) }

// connectionKey and listeningKey make the key of a row without a name from the
// text of its columns, so that a row that cannot be judged has its key too.
func connectionKey(host, port, program string) string {
	return cleanKey("connection/" + host + ":" + port + "/" + program)
}

func listeningKey(proto, ip, port, program string) string {
	if ip == "" {
		ip = "any"
	}
	return cleanKey("listening/" + strings.ToLower(proto) + "/" + ip + ":" + port + "/" + program)
}

// UniqueKeys gives a repeated key the suffix -2, -3 and so on, in place. It is
// called once with all items of a run, in their order.
func UniqueKeys(items []Item) {
	taken := make(map[string]bool, len(items))
	for i := range items {
		taken[items[i].Key] = true
	}
	seen := make(map[string]int, len(items))
	for i := range items {
		key := items[i].Key
		seen[key]++
		for n := seen[key]; n > 1; n++ {
			next := fmt.Sprintf("%s-%d", key, n)
			if !taken[next] {
				items[i].Key, seen[key] = next, n
				taken[next] = true
				break
			}
		}
	}
}

// Select returns the items whose key fits one of the patterns, in their own
// order; no pattern selects all. In a pattern "*" and "?" match any text and
// any character, and the "/" that ends a key without program may be left out.
// What is the whole key of an item selects that one alone. A pattern that fits no item is an error; the items that others fit are still
// returned.
func Select(items []Item, patterns []string) ([]Item, []error) {
	if len(patterns) == 0 {
		return items, nil
	}
	var errs []error
	chosen := make([]bool, len(items))
	for _, pattern := range patterns {
		re := regexp.QuoteMeta(strings.ToValidUTF8(pattern, "\ufffd")) // regexp refuses other bytes; no key has them
		re = strings.ReplaceAll(strings.ReplaceAll(re, `\*`, ".*"), `\?`, ".")
		end := "/?$"
		if slices.ContainsFunc(items, func(it Item) bool { return it.Key == pattern }) {
			end = "$"
		}
		fits := regexp.MustCompile("^(?s:" + re + ")" + end)
		found := false
		for i := range items {
			if fits.MatchString(items[i].Key) {
				chosen[i], found = true, true
			}
		}
		if !found {
			errs = append(errs, fmt.Errorf("--item %q: %w", pattern, errNoItem))
		}
	}
	var picked []Item
	for i := range items {
		if chosen[i] {
			picked = append(picked, items[i])
		}
	}
	return picked, errs
}

var errNoItem = errors.New("no item has that key; 'check_netstat items' lists them")
