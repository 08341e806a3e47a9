package match

import (
	"fmt"
	"strings"

	"check_netstat/parse"
	"check_netstat/plugin/watch"
)

// A row that cannot be read may be any socket that nothing of it speaks against.
// Items that it could be are not known; the others are judged as if it were not
// there.

// AddUnread takes a row that could not be read.
func (c *Collector) AddUnread(u parse.Unread) { c.unread = append(c.unread, u) }

// unreadOf returns the row that the item could be, nil if there is none.
func (c *Collector) unreadOf(it *watch.Item) *parse.Unread {
	for i := range c.unread {
		if couldBeUnread(it, &c.unread[i]) {
			return &c.unread[i]
		}
	}
	return nil
}

func couldBeUnread(it *watch.Item, u *parse.Unread) bool {
	if it.Kind == watch.Listening {
		return (u.Proto == 0 || u.Proto == it.Proto) && mayListen(it, u) &&
			(!u.HasLocal || couldBePort(it.LocalPorts, u.Local) && couldBeAt(it.Local, u.Local))
	}
	return u.Proto != parse.UDP && u.State != parse.Listen && (!u.HasRemote || !u.Remote.IsNone()) &&
		(!u.HasRemote || couldBePort(it.RemotePorts, u.Remote) && couldBeHost(it.Remote, it.Resolved, u.Remote)) &&
		(!u.HasLocal || couldBePort(it.LocalPorts, u.Local) && couldBeHost(it.Local, nil, u.Local))
}

// mayListen reports whether the row may be of a socket that listens.
func mayListen(it *watch.Item, u *parse.Unread) bool {
	itself := it.Proto == parse.UDP && (u.Remote.Cut || u.Remote == u.Local) // as services of Windows
	if u.HasRemote && !u.Remote.IsNone() && !itself {
		return false
	}
	return it.Proto == parse.UDP || u.State == parse.NoState || u.State == parse.Listen
}

// couldBeAt reports whether a socket bound there could serve the address.
func couldBeAt(a watch.Addrs, e parse.Endpoint) bool {
	return e.IsWildcard() && !e.Cut || couldBeHost(a, nil, e)
}

// unreadUnexpected returns a row that could be of what is unexpected, nil if
// there is none.
func (c *Collector) unreadUnexpected(kind watch.Kind) *parse.Unread {
	for i := range c.unread {
		u := &c.unread[i]
		connected := u.HasRemote && !u.Remote.IsNone()
		switch {
		case kind == watch.Listening && !connected && (u.State == parse.NoState || u.State == parse.Listen),
			kind == watch.Connection && u.Proto != parse.UDP && (connected || !u.HasRemote) && (u.State == parse.NoState || u.State == parse.Established):
			return u
		}
	}
	return nil
}

// uncounted is how many sockets may be of the state that the item counts, beside
// those that are.
func (c *Collector) uncounted(it *watch.Item) (n int) {
	for i := range c.unread {
		u := &c.unread[i]
		if u.Proto != 0 && (u.Proto == parse.UDP) != (it.Proto == parse.UDP) {
			continue
		}
		if it.Proto == parse.UDP || u.State == parse.NoState || u.State == it.Counted() {
			n++
		}
	}
	for i := range c.unclear {
		if c.unclear[i].ProtoUnsure {
			n++
		}
	}
	return n
}

// unreadText quotes the row.
func unreadText(u *parse.Unread) string {
	return fmt.Sprintf("it may be in a row that could not be read, %q: capture the output again", strings.TrimSpace(u.Text))
}
