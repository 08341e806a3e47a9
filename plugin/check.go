package plugin

import (
	"context"
	"math"
	"runtime"
	"strconv"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/host"
	"check_netstat/plugin/kernel"
	"check_netstat/plugin/match"
	"check_netstat/plugin/privilege"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/source"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// keepForReason is how many sockets of each state and program are kept where
// they are not shown.
const keepForReason = 1

// check is the corridor: items, names, snapshots, verdicts.
func (r *request) check(ctx context.Context, env Env) *report.Check {
	all, problems := r.lists()
	items, problems := r.chosen(all, problems)
	result := &report.Check{Problems: problems}
	if len(items) == 0 {
		result.State = report.Worst(nil, problems)
		return result
	}
	watched, err := r.watched(all)
	if err != nil {
		result.Problems, result.State = append(result.Problems, err.Error()), state.Unknown
		return result
	}
	names, cancel := context.WithTimeout(ctx, r.timeout/2)
	resolve.Items(names, items, env.Lookup)
	cancel()

	found, count, err := r.sampling.run(ctx, len(items), func(ctx context.Context) (sample, error) {
		return r.sample(ctx, items, watched)
	})
	result.Origin, result.Sampling = found.origin, count
	if err != nil {
		result.Problems = append(result.Problems, "no snapshot: "+err.Error())
		result.State = state.Unknown // the items stay unjudged: nothing is known of them
		return result
	}
	result.Verdicts, result.Unexpected = found.verdicts, found.stray
	result.State = report.Worst(result.Verdicts, result.Problems)
	if found.stray != nil {
		result.State = max(result.State, found.stray.State)
	}
	if r.showsSockets() {
		result.Names = r.names(ctx, env, result)
	}
	return result
}

// sample takes one snapshot and judges it. What the kernel has chosen decides
// only that all is well: otherwise a whole snapshot is taken, and verdicts and
// reasons are all of its moment.
func (r *request) sample(ctx context.Context, items []watch.Item, watched *expectation) (sample, error) {
	one, filtered, err := r.judge(ctx, items, watched, true)
	if err == nil && filtered && !one.allOK() {
		one, _, err = r.judge(ctx, items, watched, false)
	}
	return one, err
}

// judge takes a snapshot, filtered by the kernel if it can, and judges it.
func (r *request) judge(ctx context.Context, items []watch.Item, watched *expectation, filter bool) (one sample, filtered bool, err error) {
	collector := match.New(items, r.keep())
	want, add := kernel.QueryFor(items), collector.Add
	unexpected := watched.begin()
	if unexpected != nil {
		want = append(want, unexpected.Want()...)
		add = func(s *parse.Socket) {
			collector.Add(s)
			unexpected.Add(s)
		}
	}
	if !filter {
		want = nil
	}
	snap, err := r.read(ctx, want, add)
	if err != nil {
		return failed(items, err, origin(&snap), unexpected != nil), false, err
	}
	known, policy := facts(&snap, r.spec.NetNS), r.policy(&snap)
	one = sample{verdicts: collector.Judge(ctx, known, policy), origin: origin(&snap)}
	if unexpected != nil {
		stray := unexpected.Judge(ctx, known, policy, r.unexpected)
		one.stray = &stray
	}
	return one, snap.Filtered, nil
}

// read takes a snapshot. A saved output does not hear the context.
func (r *request) read(ctx context.Context, want kernel.Query, visit func(*parse.Socket)) (source.Snapshot, error) {
	defer r.doing("")
	switch {
	case r.spec.Input != "":
		r.doing("reading " + r.spec.Input)
	case r.spec.NetNS != "":
		r.doing("looking into the network namespace " + r.spec.NetNS)
	case r.spec.Netstat != "":
		r.doing("looking for " + r.spec.Netstat)
	}
	r.spec.Waits = r.guard.Wait
	return source.Read(ctx, r.spec, want, visit)
}

// keep is the number of sockets to keep of each kind of match.
func (r *request) keep() int {
	if r.showsSockets() {
		return math.MaxInt
	}
	return keepForReason
}

// showsSockets reports whether the output has the sockets of each item.
func (r *request) showsSockets() bool {
	return r.Output.Output == "json" || r.Output.Output == "text" && len(r.Output.Verbose) >= 2
}

func (r *request) policy(snap *source.Snapshot) match.Policy {
	p := match.Policy{
		Warning: r.warning, Critical: r.critical,
		IgnoreProcess:  r.Verdict.IgnoreProcess,
		UnknownProcess: r.unknownProcess,
		DNSFailure:     r.dnsFailure,
		Remedy:         remedy(snap, runtime.GOOS, privilege.SeesProcesses()),
	}
	switch {
	case snap.Broken > 0:
		p.Incomplete = report.Plural(snap.Broken, "row") + " of the snapshot could not be read, as " + strconv.Quote(first(snap.Samples)) + ": take the output anew"
	case snap.Sockets == 0 && !snap.Live:
		p.Incomplete = "the saved output holds no socket at all: it may be cut, take it anew"
	case !snap.Live:
		p.Lacks = lacks(&snap.Summary)
	}
	return p
}

// lacks tells what a saved output was not asked for: a host has sockets of every
// kind, and netstat without -a leaves some out.
func lacks(s *parse.Summary) (l match.Lacks) {
	if s.Connected == 0 {
		l.Connections = "the saved output shows no connection at all: take it with -a"
	}
	if s.Listening == 0 {
		l.Listening = "the saved output shows no listening TCP socket at all: take it with -a"
	}
	if s.UDP == 0 {
		l.UDP = "the saved output shows no UDP socket at all: take it with -a, on Linux also -u"
	}
	return l
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// remedy says what to do so that hidden programs can be seen.
func remedy(snap *source.Snapshot, goos string, privileged bool) string {
	const or = ", or use --ignore-process"
	switch {
	case !snap.Live && snap.Format == "windows":
		return "take the output with netstat -anob as administrator" + or
	case !snap.Live:
		return "take the output with netstat -tunapW as root" + or
	case goos == "windows":
		return "its process has ended or is protected" + or
	case privileged:
		return "even root cannot see it here (a container, or it has just ended); use --ignore-process, or leave procName empty"
	case goos == "linux":
		return "run check_netstat as root (sudo), give it cap_sys_ptrace and cap_dac_read_search" + or
	}
	return "run check_netstat as root (sudo)" + or
}

// facts returns what is known beyond the snapshot: of this host for a live one,
// nothing for a saved one, whose PIDs and inodes are another host's.
func facts(snap *source.Snapshot, netns string) match.Facts {
	if snap.Live {
		h := host.New()
		h.Netns = netns
		return h
	}
	return savedFacts{}
}

// savedFacts: a saved output does not tell v6-only sockets, which are rare, from
// dual-stack ones.
type savedFacts struct{}

func (savedFacts) Programs(uint32) []string                     { return nil }
func (savedFacts) ServesIPv4(bool, uint16) (serves, known bool) { return true, false }
func (savedFacts) Owners(_ context.Context, groups []host.Group) host.Found {
	return host.Found{Unseen: make([]bool, len(groups))}
}

func origin(snap *source.Snapshot) report.Origin {
	return report.Origin{
		Source: snap.Source, Command: snap.Command, Format: snap.Format,
		Sockets: snap.Sockets, Skipped: snap.Skipped, Samples: snap.Samples, Took: snap.Took,
	}
}

// finish stamps a result.
func finish(c *report.Check, start time.Time, hostname string) {
	c.TestedAt, c.Elapsed, c.Host = start, time.Since(start), hostname
}
