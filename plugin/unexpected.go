package plugin

import (
	"errors"
	"fmt"
	"slices"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// unexpectedItems returns the items that find what no other covers. Every item
// of every list may cover, whether it was chosen with --item or not, and so does
// what --allow excuses.
func (r *request) unexpectedItems(all []watch.Item) ([]watch.Item, error) {
	if r.Verdict.Unexpected == "" {
		return nil, nil
	}
	if !r.listeningUnread && !slices.ContainsFunc(all, func(it watch.Item) bool { return it.Kind == watch.Listening }) {
		return nil, errors.New("--unexpected needs a listening list or --port: without one every port would be unexpected")
	}
	return []watch.Item{watch.Unexpected(watch.UnexpectedListening, &watch.Expected{
		Items:      slices.Concat(all, r.allowed),
		State:      r.unexpected,
		UDP:        r.Verdict.UnexpectedUDP,
		External:   r.Verdict.UnexpectedScope == scopeExternal,
		Incomplete: r.listeningUnread,
	})}, nil
}

// apart parts what is unexpected from the verdicts of the items.
func apart(verdicts []match.Verdict) (items []match.Verdict, unexpected *match.Stray) {
	for i := range verdicts {
		if v := &verdicts[i]; v.Item.Kind.IsUnexpected() {
			unexpected = &match.Stray{State: v.State, Reason: v.Reason, Sockets: v.Sockets}
		} else {
			items = append(items, *v)
		}
	}
	return items, unexpected
}

const scopeExternal = "external"

// validateUnexpected reads --unexpected and the options that go with it.
func (r *request) validateUnexpected() error {
	v := &r.Verdict
	if v.Unexpected == "" {
		switch {
		case v.UnexpectedUDP:
			return errors.New("--unexpected-udp needs --unexpected STATE")
		case v.UnexpectedScope == scopeExternal:
			return errors.New("--unexpected-scope needs --unexpected STATE")
		case len(v.Allow) > 0:
			return errors.New("--allow needs --unexpected STATE")
		}
		return nil
	}
	var err error
	if r.unexpected, err = state.Parse(v.Unexpected); err != nil {
		return fmt.Errorf("--unexpected %w", err)
	}
	for _, value := range v.Allow {
		it := watch.AdHocPort(value)
		if it.Err != nil {
			return fmt.Errorf("--allow %s: %w", value, it.Err)
		}
		r.allowed = append(r.allowed, it)
	}
	return nil
}
