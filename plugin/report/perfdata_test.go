package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// numbered is the meaning of labels, as slow as it is plain.
func numbered(keys []string) []string {
	var all []string
	has := func(label string) bool {
		for _, l := range all {
			if strings.EqualFold(l, label) {
				return true
			}
		}
		return false
	}
	for _, key := range keys {
		label := key
		for n := 2; has(label); n++ {
			label = fmt.Sprintf("%s_%d", key, n)
		}
		all = append(all, label)
	}
	return all
}

func TestLabelsAreNumberedInOrder(t *testing.T) {
	words := []string{"a", "A", "a_2", "a_3", "A_2_2", "b", "a_2_2", "a_10"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		keys := make([]string, 30)
		for i := range keys {
			keys[i] = words[random.IntN(len(words))]
		}
		taken := labels{}
		for i, want := range numbered(keys) {
			if got := taken.unique(keys[i]); got != want {
				t.Fatalf("%q: label %d is %s; want %s", keys, i, got, want)
			}
		}
	}
}

// TestManyLabelsOfOneTextAreNumberedInLinearTime: counted from 2 for each, so many
// would take longer than any test may.
func TestManyLabelsOfOneTextAreNumberedInLinearTime(t *testing.T) {
	taken, last := labels{}, ""
	const n = 200_000
	for range n {
		last = taken.unique("./:@")
	}
	if want := fmt.Sprintf("_____%d", n); last != want {
		t.Errorf("the last is %s; want %s", last, want)
	}
}

func BenchmarkLabels(b *testing.B) {
	for b.Loop() {
		taken := labels{}
		for range 20_000 {
			taken.unique("./:@")
		}
	}
}
