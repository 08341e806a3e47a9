package cli

import (
	"errors"
	"fmt"

	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// Judging is how the items are judged.
type Judging struct {
	Warning, Critical watch.Range // for items that have none of their own
	IgnoreProcess     bool
	UnknownProcess    state.State
	DNSFailure        state.State
	Stalled           state.State // OK: it is not looked at
	Unexpected        Unexpected
	Sampling          Sampling
}

type judgeOptions struct {
	Warning        string    `short:"w" long:"warning" value-name:"RANGE" description:"range for the number of an item's sockets in OK states"`
	Critical       string    `short:"c" long:"critical" value-name:"RANGE" description:"the same for CRITICAL; ranges can only worsen a verdict"`
	IgnoreProcess  bool      `long:"ignore-process" description:"match without program names"`
	UnknownProcess stateName `long:"unknown-process" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict if programs are hidden (default: unknown)"`
	DNSFailure     stateName `long:"dns-failure" value-name:"STATE" default:"unknown" default-mask:"-" description:"verdict if a remoteName does not resolve (default: unknown)"`
	Stalled        stateName `long:"stalled" value-name:"STATE" default:"warning" default-mask:"-" description:"verdict if all good sockets of an item are stalled; ok turns it off (default: warning)"`

	samplingOptions
}

func (o *judgeOptions) judging(limit seconds) (j Judging, err error) {
	if j.Warning, err = watch.ParseRange(o.Warning); err != nil {
		return j, fmt.Errorf("-w %w", err)
	}
	if j.Critical, err = watch.ParseRange(o.Critical); err != nil {
		return j, fmt.Errorf("-c %w", err)
	}
	j.IgnoreProcess = o.IgnoreProcess
	j.UnknownProcess, j.DNSFailure, j.Stalled = o.UnknownProcess.state(), o.DNSFailure.state(), o.Stalled.state()
	j.Sampling, err = o.sampling(limit)
	return j, err
}

// Unexpected is what to say of sockets that no item covers. Its zero value asks
// for nothing.
type Unexpected struct {
	Asked       bool
	State       state.State  // of what is found
	UDP         bool         // UDP ports, too
	External    bool         // only what is not bound to loopback
	Connections bool         // outbound connections, too
	Allowed     []watch.Item // excused, each without error
}

type unexpectedOptions struct {
	Unexpected            stateName `long:"unexpected" value-name:"STATE" description:"verdict for listening TCP ports that no item covers (default: off)"`
	UnexpectedUDP         bool      `long:"unexpected-udp" description:"also for UDP ports"`
	UnexpectedConnections bool      `long:"unexpected-connections" description:"also for ESTABLISHED outbound connections"`
	UnexpectedScope       scopeName `long:"unexpected-scope" value-name:"all|external" default:"all" default-mask:"-" description:"external: not those bound to loopback (default: all)"`
	Allow                 []string  `long:"allow" value-name:"PROTO:[IP:]PORT[,PROC]" description:"a port that is not unexpected, written as for --port; repeatable"`
}

func (o *unexpectedOptions) unexpected() (Unexpected, error) {
	u := Unexpected{
		Asked: o.Unexpected != "", State: o.Unexpected.state(),
		UDP: o.UnexpectedUDP, External: o.UnexpectedScope == scopeExternal, Connections: o.UnexpectedConnections,
	}
	if !u.Asked {
		for option, given := range map[string]bool{
			"udp": u.UDP, "scope": u.External, "connections": u.Connections,
		} {
			if given {
				return u, fmt.Errorf("--unexpected-%s needs --unexpected STATE", option)
			}
		}
		if len(o.Allow) > 0 {
			return u, errors.New("--allow needs --unexpected STATE")
		}
	}
	for _, value := range o.Allow {
		it := watch.AdHocPort(value)
		if it.Err != nil {
			return u, fmt.Errorf("--allow %s: %w", value, it.Err)
		}
		u.Allowed = append(u.Allowed, it)
	}
	return u, nil
}
