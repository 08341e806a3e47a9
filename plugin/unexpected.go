package plugin

import (
	"errors"
	"slices"

	"check_netstat/plugin/cli"
	"check_netstat/plugin/watch"
)

// unexpectedItems returns the items that find what no other covers. Every item
// of every list may cover, whether it was chosen with --item or not, and so does
// what --allow excuses. Each of them judges only kinds of which a list or an item
// is given: without one everything would be unexpected.
func unexpectedItems(u *cli.Unexpected, all []watch.Item, unread map[watch.Kind]bool) ([]watch.Item, error) {
	if !u.Asked {
		return nil, nil
	}
	given := func(kind watch.Kind) bool {
		return unread[kind] || slices.ContainsFunc(all, func(it watch.Item) bool { return it.Kind == kind })
	}
	expected := func(kind watch.Kind) *watch.Expected {
		return &watch.Expected{
			Items: slices.Concat(all, u.Allowed), State: u.State, UDP: u.UDP, External: u.External, Incomplete: unread[kind],
		}
	}
	var items []watch.Item
	if given(watch.Listening) {
		items = append(items, watch.Unexpected(watch.UnexpectedListening, expected(watch.Listening)))
	}
	switch {
	case u.Connections && given(watch.Connection):
		items = append(items, watch.Unexpected(watch.UnexpectedConnections, expected(watch.Connection)))
	case u.Connections:
		return nil, errors.New("--unexpected-connections needs a connections list or --connection: without one every connection would be unexpected")
	case len(items) == 0:
		return nil, errors.New("--unexpected needs a listening list or --port: without one every port would be unexpected")
	}
	return items, nil
}
