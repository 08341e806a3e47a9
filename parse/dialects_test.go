package parse

import (
	"slices"
	"strings"
	"testing"
)

// samplesOf are rows of each dialect, each with its header.
var samplesOf = []struct {
	dialect, header string
	samples         []sample
	merged, below   bool // rows of one socket are one; rows need the header
}{
	{"linux", linuxHeader, linuxSamples, false, false},
	{"windows", windowsHeader, windowsSamples, false, false},
	{"ss", ssHeader, ssSamples, false, false},
	{"bsd", bsdHeader, bsdSamples, false, false},
	{"bsd", macHeader, macSamples, false, false},
	{"solaris", "TCP: IPv4\n", solarisSamples[:9], true, false},
	{"solaris", "UDP: IPv6\n", solarisSamples[9:], true, false},
	{"sockstat", sockstatHeader, sockstatSamples, true, false},
	{"lsof", lsofHeader, lsofSamples, true, false},
	{"procnet", procTCPHeader, procTCPSamples, false, false},
	{"procnet", procUDPHeader, procUDPSamples, false, false},
	{"powershell", powershellHeader, powershellSamples, false, true},
}

func TestEveryDialectHasSamples(t *testing.T) {
	for _, d := range newDialects() {
		name, _ := d.about()
		if !slices.ContainsFunc(samplesOf, func(s struct {
			dialect, header string
			samples         []sample
			merged, below   bool
		}) bool {
			return s.dialect == name
		}) {
			t.Errorf("no samples of %s", name)
		}
	}
}

func TestNoDialectTakesTheRowsOfAnother(t *testing.T) {
	for _, of := range samplesOf {
		for _, s := range of.samples {
			if of.below {
				continue
			}
			p := newParser(Hints{}, func(*Socket) {})
			p.inner.splitAny([]byte(s.line))
			for _, d := range p.dialects {
				name, _ := d.about()
				if kind := d.read(p, &p.inner); (kind == socket) != (name == of.dialect) || name != of.dialect && kind != notMine {
					t.Errorf("%s takes a row of %s as %d:\n%s", name, of.dialect, kind, s.line)
				}
			}
		}
	}
}

// TestRowsMeanTheSameBehindAnyOutput reads each row behind the header and a row
// of each other dialect.
func TestRowsMeanTheSameBehindAnyOutput(t *testing.T) {
	for _, before := range samplesOf {
		first := before.samples[slices.IndexFunc(before.samples, func(s sample) bool { return !strings.Contains(s.want, "LISTEN") })]
		for _, of := range samplesOf {
			for _, s := range of.samples {
				if of.dialect == before.dialect || of.below {
					continue // the header may tell more than the row
				}
				if strings.HasPrefix(s.line, " ") && !beginsRow([]byte(s.line)) && (before.dialect == "ss" || before.dialect == "windows") {
					continue // without its own header it is taken for a line that belongs to the row above
				}
				got, sum := read(t, strings.NewReader(before.header+first.line+"\n"+s.line+"\n"), Hints{})
				if len(got) != 2 || withoutV6Only(got[0]) != withoutV6Only(s.want) && withoutV6Only(got[1]) != withoutV6Only(s.want) || sum.Skipped != 0 {
					t.Errorf("behind %s:\n%s\n got %q\nwant %q", before.dialect, s.line, got, s.want)
				}
			}
		}
	}
}

// withoutV6Only leaves out what the rows above may tell.
func withoutV6Only(meaning string) string {
	return strings.TrimSuffix(strings.TrimSuffix(meaning, " v6only"), " dual")
}

func TestHeadersOfEachDialectAreItsOwn(t *testing.T) {
	for _, of := range samplesOf {
		_, sum := read(t, strings.NewReader(of.header), Hints{})
		if !sum.Header || sum.Format != of.dialect || sum.Skipped != 0 {
			t.Errorf("%q: summary %+v, want %s", of.header, sum, of.dialect)
		}
		for _, before := range samplesOf {
			_, sum := read(t, strings.NewReader(before.header+before.samples[0].line+"\n"+of.header), Hints{})
			if sum.Format != of.dialect || sum.Skipped != 0 {
				t.Errorf("behind %s, %q: summary %+v, want %s", before.dialect, of.header, sum, of.dialect)
			}
		}
	}
}
