package plugin

import (
	"errors"
	"fmt"
	"slices"

	"check_netstat/plugin/match"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// expectation is what may listen on this host; nil where nobody asks.
type expectation struct {
	items    []watch.Item
	scope    match.Scope
	complete bool
}

// begin prepares for one snapshot.
func (e *expectation) begin() *match.Unexpected {
	if e == nil {
		return nil
	}
	return match.NewUnexpected(e.items, e.scope, e.complete)
}

// watched returns what may listen: every item of every list, whether it was
// chosen with --item or not, and what --allow excuses.
func (r *request) watched(all []watch.Item) (*expectation, error) {
	if r.Verdict.Unexpected == "" {
		return nil, nil //nolint:nilnil // nil is the expectation of nothing
	}
	if !r.listeningUnread && !slices.ContainsFunc(all, func(it watch.Item) bool { return it.Kind == watch.Listening }) {
		return nil, errors.New("--unexpected needs a listening list or --port: without one every port would be unexpected")
	}
	return &expectation{
		items:    slices.Concat(all, r.allowed),
		scope:    match.Scope{UDP: r.Verdict.UnexpectedUDP, External: r.Verdict.UnexpectedScope == scopeExternal},
		complete: !r.listeningUnread,
	}, nil
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
