package plugin

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/cli"
	"check_netstat/plugin/kernel"
	"check_netstat/plugin/match"
	"check_netstat/plugin/report"
	"check_netstat/plugin/resolve"
	"check_netstat/plugin/source"
	"check_netstat/plugin/state"
	"check_netstat/plugin/watch"
)

// keepForReason is how many sockets of each state and program are kept if they
// are not shown.
const keepForReason = 1

// check is the corridor: items, names, snapshots, verdicts. It returns what
// writes the result.
func (r *run) check(ctx context.Context, q *cli.Check) func() int {
	result := r.result(ctx, q)
	return func() int { return r.write(result) }
}

func (r *run) result(ctx context.Context, q *cli.Check) *report.Check {
	watched := r.lists(&q.Watch)
	all, problems := watched.all()
	items, problems := watched.chosen(all, problems)
	result := &report.Check{Problems: problems}
	if len(items) == 0 {
		result.State = report.Worst(nil, problems)
		return result
	}
	names, cancel := context.WithTimeout(ctx, q.Timeout/2)
	if q.Judging.Unexpected.Connections { // an item that was not chosen may cover, too
		resolve.Items(names, all, r.Lookup)
		items, _ = watched.chosen(all, nil)
	} else {
		resolve.Items(names, items, r.Lookup)
	}
	cancel()
	unexpected, err := unexpectedItems(&q.Judging.Unexpected, all, watched.unread)
	if err != nil {
		result.Problems, result.State = append(result.Problems, err.Error()), state.Unknown
		return result
	}
	judged := slices.Concat(items, unexpected)

	j := judging{snapshots: r.snapshots(&q.Source), how: &q.Judging, keep: keepForReason}
	if q.Show.WithSockets() {
		j.keep = math.MaxInt
	}
	found, count, err := samplingOf(q.Judging.Sampling).run(ctx, judged, func(ctx context.Context) (sample, error) { return j.sample(ctx, judged) })
	result.Origin, result.Sampling = found.origin, count
	if err != nil {
		result.Problems = append(result.Problems, "no snapshot: "+err.Error())
		result.State = state.Unknown // the items stay unjudged: nothing is known of them
		return result
	}
	result.Verdicts, result.TellsStalled = found.verdicts, found.tells
	result.State = report.Worst(result.Verdicts, result.Problems)
	if q.Show.WithSockets() && q.Show.Resolve {
		result.Names = r.namesIn(ctx, result)
	}
	return result
}

// judging judges items against snapshots.
type judging struct {
	snapshots
	how  *cli.Judging
	keep int // sockets of each kind of match
}

// sample takes a snapshot and judges the items on it. What the kernel has chosen
// decides only that all is well: otherwise a whole snapshot is taken, and every
// verdict and reason is of its moment.
func (j *judging) sample(ctx context.Context, items []watch.Item) (sample, error) {
	one, filtered, err := j.judge(ctx, items, kernel.QueryFor(items))
	if err == nil && filtered && !one.allOK() {
		one, _, err = j.judge(ctx, items, nil)
	}
	return one, err
}

// judge takes a snapshot of what is wanted, nil for all, and judges the items on
// it. filtered says that the kernel has chosen.
func (j *judging) judge(ctx context.Context, items []watch.Item, want kernel.Query) (one sample, filtered bool, err error) {
	collector := match.New(items, match.Options{Keep: j.keep, Repeats: !j.fromKernel()})
	snap, err := j.read(ctx, want, collector.Add)
	if err != nil {
		return failed(items, err, origin(&snap)), false, err
	}
	for _, u := range snap.Unread {
		collector.AddUnread(u)
	}
	if snap.Filtered && collector.Wants() {
		return sample{}, true, nil // nothing of it is needed
	}
	answers := j.answers(ctx, &snap, collector, j.how.IgnoreProcess)
	one = sample{verdicts: collector.Judge(answers, j.policy(&snap)), origin: origin(&snap)}
	one.tells = (snap.TellsStalled || collector.TellsStalled()) && j.how.Stalled != state.OK
	return one, snap.Filtered, nil
}

func (j *judging) policy(snap *source.Snapshot) match.Policy {
	p := match.Policy{
		Warning: j.how.Warning, Critical: j.how.Critical,
		IgnoreProcess:  j.how.IgnoreProcess,
		UnknownProcess: j.how.UnknownProcess,
		DNSFailure:     j.how.DNSFailure,
		Stalled:        j.how.Stalled,
		Hints:          hintsFor(snap),
	}
	switch {
	case snap.Broken > len(snap.Unread):
		p.Incomplete = report.Plural(snap.Broken, "row") + " of the snapshot could not be read, as " + strconv.Quote(first(snap.SkippedLines)) + ": capture the output again"
	case snap.Sockets == 0 && !snap.Live:
		p.Incomplete = "the saved output holds no socket at all: it may be cut; capture it again"
	case !snap.Live:
		p.Lacks = lacks(&snap.Summary)
	case snap.UDPMayMiss:
		p.Lacks.UDP = "only /proc/net/udp is left to read, which passes over sockets while others come and go: allow netlink (sock_diag)"
	}
	return p
}

// lacks tells what a saved output was not asked for: a host has sockets of every
// kind, and netstat without -a leaves some out.
func lacks(s *parse.Summary) (l match.Lacks) {
	if s.Connected == 0 {
		l.Connections = "the saved output shows no connection at all: capture it with -a"
	}
	if s.Listening == 0 {
		l.Listening = "the saved output shows no listening TCP socket at all: capture it with -a"
	}
	if s.UDP == 0 {
		l.UDP = "the saved output shows no UDP socket at all: capture it with -a, on Linux also -u"
	}
	const family = "the saved output holds the sockets of one family only, and those of the other may do: add "
	if s.Missing.TCP4 || s.Missing.TCP6 {
		l.Connections = cmp.Or(l.Connections, family+"/proc/net/tcp and tcp6 both")
		l.Listening = cmp.Or(l.Listening, family+"/proc/net/tcp and tcp6 both")
	}
	if s.Missing.UDP4 || s.Missing.UDP6 {
		l.UDP = cmp.Or(l.UDP, family+"/proc/net/udp and udp6 both")
	}
	if s.OnlyUser != "" {
		only := "the saved output shows the sockets of the user " + s.OnlyUser + " only: capture it as root"
		l = match.Lacks{Connections: cmp.Or(l.Connections, only), Listening: cmp.Or(l.Listening, only), UDP: cmp.Or(l.UDP, only)}
	}
	return l
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

func origin(snap *source.Snapshot) report.Origin {
	return report.Origin{
		Source: snap.Source, Command: snap.Command, Format: snap.Format,
		Sockets: snap.Sockets, Skipped: snap.Skipped, SkippedLines: snap.SkippedLines, Took: snap.Took,
	}
}

// finish stamps a result.
func finish(c *report.Check, start time.Time, hostname string) {
	c.TestedAt, c.Elapsed, c.Host = start, time.Since(start), hostname
}
