package lint

import (
	"fmt"

	"check_netstat/plugin/watch"
)

// duplicateKeys finds items whose key an item above them has.
func duplicateKeys(items []*watch.Item) []Finding {
	var found []Finding
	first := map[string]*watch.Item{}
	for _, it := range items {
		before, taken := first[it.Key]
		if !taken {
			first[it.Key] = it
			continue
		}
		found = append(found, Finding{it.Place("name"), Hint, fmt.Sprintf(
			"key %s is that of %s, too, so that this one gets a number, which changes where rows are moved: give it a name of its own", it.Key, before.Where)})
	}
	return found
}

// covered finds items that another one covers. Of two that cover each other
// the later is named.
func covered(items []*watch.Item) []Finding {
	var found []Finding
	ix := newFirstPorts(items)
	for i, it := range items {
		for _, j := range ix.candidates(it) {
			by := items[j]
			if i == j || !by.Covers(it) || j > i && it.Covers(by) {
				continue
			}
			found = append(found, Finding{it.Place(""), Hint, fmt.Sprintf(
				"%s is covered by %s (%s): every socket that fits this item fits that one, too; leave it out if you do not need both", it.Key, by.Key, by.Where)})
			break
		}
	}
	return found
}

// firstPorts finds the items that can cover another: those that have its first
// port. It keeps ten thousand rows from being held each against each.
type firstPorts struct {
	single map[uint16][]int
	wide   []int // items with a range of ports, or with any
}

// ports are the ports that tell items of one kind apart.
func ports(it *watch.Item) watch.Ports {
	if it.Kind == watch.Listening {
		return it.LocalPorts
	}
	return it.RemotePorts
}

func newFirstPorts(items []*watch.Item) firstPorts {
	ix := firstPorts{single: map[uint16][]int{}}
	for i, it := range items {
		all := ports(it).Ranges
		if len(all) != 1 || all[0].First != all[0].Last {
			ix.wide = append(ix.wide, i)
			continue
		}
		ix.single[all[0].First] = append(ix.single[all[0].First], i)
	}
	return ix
}

func (ix *firstPorts) candidates(it *watch.Item) []int {
	all := ports(it).Ranges
	if len(all) == 0 {
		return nil
	}
	return append(append([]int{}, ix.single[all[0].First]...), ix.wide...)
}
