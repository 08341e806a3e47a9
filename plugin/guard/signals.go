package guard

import (
	"os"
	"os/signal"
	"sync"
	"time"
)

// armAfter is when signals are caught: after this time of work or of writing, or
// before something outside is waited for. Most runs have ended by then, and are
// spared the two threads and the hand-shakes that catching costs, which is a
// quarter of such a run. A signal that comes before is what it is to any Go program.
const armAfter = 5 * time.Millisecond

// lookAfter is how often signals are looked for that a thread was chosen for which
// hangs in the kernel.
const lookAfter = 100 * time.Millisecond

// signals are those that would end the program before it has answered.
type signals struct {
	caught chan os.Signal
	once   sync.Once
}

// arm begins to catch the signals, unless whoever started the program wants them
// ignored (nohup(1)). Left alone they would end it without a word, and those that
// Go takes for faults (ABRT, QUIT, SEGV and others) as CRITICAL, by exit code 2. A
// fault of the program itself does not come here: the runtime tells one from a
// signal that was sent.
func (s *signals) arm() {
	s.once.Do(func() {
		for _, sig := range append(fatalHere, fatal[:]...) {
			if !signal.Ignored(sig) {
				signal.Notify(s.caught, sig)
			}
		}
	})
}

// release leaves the signals to the system again.
func (s *signals) release() {
	armed := true
	s.once.Do(func() { armed = false })
	if armed {
		signal.Stop(s.caught)
	}
}
