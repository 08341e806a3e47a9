package plugin

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"strconv"
	"time"

	"check_netstat/parse"
	"check_netstat/plugin/facts"
	"check_netstat/plugin/host"
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

// check is the corridor: items, names, snapshots, verdicts.
func (r *request) check(ctx context.Context, env Env) *report.Check {
	all, problems := r.lists()
	items, problems := r.chosen(all, problems)
	result := &report.Check{Problems: problems}
	if len(items) == 0 {
		result.State = report.Worst(nil, problems)
		return result
	}
	names, cancel := context.WithTimeout(ctx, r.timeout/2)
	resolve.Items(names, items, env.Lookup)
	cancel()
	unexpected, err := r.unexpectedItems(all)
	if err != nil {
		result.Problems, result.State = append(result.Problems, err.Error()), state.Unknown
		return result
	}
	judged := append(items, unexpected...)

	found, count, err := r.sampling.run(ctx, judged, func(ctx context.Context) (sample, error) { return r.sample(ctx, judged) })
	result.Origin, result.Sampling = found.origin, count
	if err != nil {
		result.Problems = append(result.Problems, "no snapshot: "+err.Error())
		result.State = state.Unknown // the items stay unjudged: nothing is known of them
		return result
	}
	result.Verdicts, result.Unexpected = apart(found.verdicts)
	result.State = report.Worst(result.Verdicts, result.Problems)
	if result.Unexpected != nil {
		result.State = max(result.State, result.Unexpected.State)
	}
	if r.showsSockets() {
		result.Names = r.names(ctx, env, result)
	}
	return result
}

// sample takes a snapshot and judges the items on it. What the kernel has chosen
// decides only that all is well: otherwise a whole snapshot is taken, and every
// verdict and reason is of its moment.
func (r *request) sample(ctx context.Context, items []watch.Item) (sample, error) {
	one, filtered, err := r.judge(ctx, items, kernel.QueryFor(items))
	if err == nil && filtered && !one.allOK() {
		one, _, err = r.judge(ctx, items, nil)
	}
	return one, err
}

// judge takes a snapshot of what is wanted, nil for all, and judges the items on
// it. filtered says that the kernel has chosen.
func (r *request) judge(ctx context.Context, items []watch.Item, want kernel.Query) (one sample, filtered bool, err error) {
	collector := match.New(items, match.Options{Keep: r.keep(), Repeats: !r.fromKernel()})
	snap, err := r.read(ctx, want, collector.Add)
	if err != nil {
		return failed(items, err, origin(&snap)), false, err
	}
	for _, u := range snap.Unread {
		collector.AddUnread(u)
	}
	if snap.Filtered && collector.Wants() {
		return sample{}, true, nil // nothing of it is needed
	}
	answers := r.answers(ctx, &snap, collector)
	return sample{verdicts: collector.Judge(answers, r.policy(&snap)), origin: origin(&snap)}, snap.Filtered, nil
}

// answers asks the host what the snapshot leaves open. Of a saved output, whose
// PIDs and inodes are another host's, nothing more can be known.
func (r *request) answers(ctx context.Context, snap *source.Snapshot, collector *match.Collector) facts.Answers {
	questions := collector.Questions(r.Verdict.IgnoreProcess)
	if !snap.Live {
		return facts.Answers{Sight: facts.NotAsked}
	}
	return host.Answer(ctx, &questions, r.spec.NetNS)
}

// fromKernel reports whether the sockets come from the kernel, which shows none
// twice.
func (r *request) fromKernel() bool {
	return r.spec.Input == "" && r.spec.Netstat == "" && (r.spec.Name == source.Kernel || r.spec.Name == source.Auto && runtime.GOOS == "linux")
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
		Stalled:        state.Warning,
		Hints:          hints(snap),
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

// hints say what to do so that hidden programs can be seen.
func hints(snap *source.Snapshot) match.Hints {
	const or = ", or use --ignore-process"
	h := match.Hints{Time: "give the search more time with -t" + or}
	switch runtime.GOOS {
	case "windows":
		h.Rights = "its process has ended or is protected: use --ignore-process"
	case "linux":
		h.Rights = "run check_netstat as root (sudo), or give it cap_sys_ptrace and cap_dac_read_search" + or
	default:
		h.Rights = "run check_netstat as root (sudo)" + or
	}
	h.Output = h.Rights
	switch {
	case !snap.Live && snap.NamesOwners:
		h.Output = "the process is protected, or had ended: check the host itself" + or
	case !snap.Live:
		h.Output = "capture the output with " + snap.System.WithPrograms() + or
	}
	if snap.Numbers != "" {
		h.Numbers = snap.Numbers
	}
	return h
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
