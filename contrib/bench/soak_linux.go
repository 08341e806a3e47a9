package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"
)

const (
	soakSockets = 50_000
	atOnce      = 50 // runs at the same time, at the end
)

// soaked is what runs did: time, CPU, memory, and the one answer of all of them
// but for the time that they took.
type soaked struct {
	took, cpu, mib figures
	answer         string
}

// describe words some of the runs.
func (s *soaked) describe(from, to int) string {
	return fmt.Sprintf("%v s, CPU %v ms, %v MiB", s.took[from:to], s.cpu[from:to], s.mib[from:to])
}

// soak runs the check again and again against sockets that stay, among others
// that come and go, and stops at the first answer that differs: what the program
// does in one run it does every minute for years. It tells how the first and the
// last runs compare.
func (t tools) soak(runs int) (err error) {
	held, err1 := startLoad(soakSockets)
	defer held.stop()
	server, err2 := listen(0)
	if err := cmp.Or(err1, err2); err != nil {
		return err
	}
	end, churned := make(chan bool), make(chan error, 1)
	go func() { churned <- churn(server, end) }()
	defer func() {
		close(end)
		err = errors.Join(err, <-churned)
	}()
	var s soaked
	for n := 1; n <= runs; n++ {
		if err := s.run(t, 1); err != nil {
			return fmt.Errorf("run %d: %w", n, err)
		}
		if n%1000 == 0 {
			fmt.Fprintln(os.Stderr, n, "runs")
		}
	}
	if err := s.run(t, atOnce); err != nil {
		return fmt.Errorf("at once: %w", err)
	}
	tenth := max(1, runs/10)
	fmt.Printf("%d runs against %d stable sockets among others that come and go, then %d at once: the same answer each time\n", runs, soakSockets, atOnce)
	fmt.Printf("first tenth: %s\nlast tenth:  %s\nat once:     %s\n", s.describe(0, tenth), s.describe(runs-tenth, runs), s.describe(runs, runs+atOnce))
	return nil
}

// timeTaken is the one figure of an answer that differs.
var timeTaken = regexp.MustCompile(`'time'=[0-9.]+s`)

// run makes n runs at the same time.
func (s *soaked) run(t tools, n int) (failed error) {
	c := command{shown: "check_netstat", argv: []string{t.check, "--source", "kernel", "--connections", "programs.csv", "--listening", "listening.csv", "-t", "60"}}
	ends, began := make([]func() (cost, string, error), n), time.Now()
	for i := range ends {
		ends[i] = t.start(c)
	}
	for _, end := range ends {
		spent, answer, err := end()
		s.took = append(s.took, time.Since(began).Seconds())
		s.cpu, s.mib = append(s.cpu, spent.ms), append(s.mib, spent.mib)
		answer = timeTaken.ReplaceAllString(answer, "")
		if s.answer == "" && strings.Contains(answer, fmt.Sprintf("'connections'=%d;", watched(soakSockets))) {
			s.answer = answer
		}
		if err != nil || answer != s.answer {
			failed = errors.Join(err, fmt.Errorf("not the right answer, or not that of before: %s", answer))
		}
	}
	return failed
}
