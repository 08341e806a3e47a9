package cli

import "strings"

// maxWord bounds the words that are compared, in bytes.
const maxWord = 40

// nearest returns the name that one or two slips of the keyboard (a third of
// the word at most) turn into word, or else the only one that begins with it; ""
// if there is none.
func nearest(word string, names []string) string {
	if len(word) > maxWord {
		return ""
	}
	best, least := "", min(2, len(word)/3)+1
	for _, name := range names {
		if d := distance(word, name); d < least {
			best, least = name, d
		}
	}
	if best != "" || len(word) < leastPrefix {
		return best
	}
	for _, name := range names {
		if strings.HasPrefix(name, word) {
			if best != "" {
				return "" // two of them
			}
			best = name
		}
	}
	return best
}

// leastPrefix is the number of letters that tell what a longer name begins with.
const leastPrefix = 3

// distance is the number of bytes to insert, delete, replace, or exchange with
// their neighbour, to make b of a (optimal string alignment).
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
