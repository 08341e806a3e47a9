package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mostMemory is what a run may take whatever it reads, in kB.
const mostMemory = 256 << 10

// listOf writes a watch list of that many rows.
func listOf(t *testing.T, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b := bufio.NewWriter(f)
	fmt.Fprintln(b, "ipProtocol,localIP,localPort,procName,comment")
	for i := range rows {
		fmt.Fprintf(b, "tcp,,%d,^program-%d$,row\n", 1+i%65535, i)
	}
	if err := b.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFaultList: a list that cannot be read is UNKNOWN and named, in bounded
// time and memory.
func TestFaultList(t *testing.T) {
	dir := t.TempDir()
	pipe, gone, sparse, locked := filepath.Join(dir, "pipe.csv"), filepath.Join(dir, "gone.csv"), filepath.Join(dir, "big.csv"), filepath.Join(dir, "locked.csv")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "nothing"), gone); err != nil {
		t.Fatal(err)
	}
	for path, size := range map[string]int64{sparse: 1 << 30, locked: 0} {
		if err := os.WriteFile(path, []byte("ipProtocol,localPort\ntcp,22\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if size > 0 {
			if err := os.Truncate(path, size); err != nil {
				t.Fatal(err)
			}
		}
	}
	netstat := script(t, printing(good))
	for _, tt := range []struct {
		name, list string
		limit      float64
		line       string
	}{
		{"hangs", pipe, 0.3, `no result within the time limit \(-t\): reading .*/pipe.csv has not ended`},
		{"has vanished", gone, 8, "reading a listening list: .*/gone.csv: no such file or directory"},
		{"is a folder", dir, 8, "reading a listening list: open .*: is a directory"},
		{"is a device without an end", "/dev/zero", 8, "reading a listening list: open /dev/zero: neither a regular file nor a FIFO"},
		{"is a device without a byte", "/dev/null", 8, "reading a listening list: open /dev/null: neither a regular file nor a FIFO"},
		{"is a terminal", "/dev/tty", 8, "reading a listening list: open /dev/tty: neither a regular file nor a FIFO"},
		{"has 1 GB", sparse, 8, "reading .*/big.csv: larger than 8 MiB"},
		{"has a million rows", listOf(t, 1_000_000), 8, "reading .*/list.csv: (more than 20000 rows|larger than 8 MiB)"},
		{"has a row too many", listOf(t, 20_001), 8, "reading .*/list.csv: more than 20000 rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := finish(t, program(t, "--netstat", netstat, "--listening", tt.list, "-t", fmt.Sprint(tt.limit)))
			r.says(t, 3, "UNKNOWN: "+tt.line, time.Duration(tt.limit*float64(time.Second)))
			if r.memory > mostMemory {
				t.Errorf("%d kB of memory", r.memory)
			}
			// The items that are known are judged all the same.
			if tt.limit == 8 {
				r = finish(t, program(t, "--netstat", netstat, "--listening", tt.list, "--port", "tcp:22", "-v"))
				if r.exit != 3 || !strings.Contains(r.out, "\n[OK] listening/tcp/any:22/: listening on 0.0.0.0:22") {
					t.Errorf("beside another item: exit %d\n%s", r.exit, r.out)
				}
			}
		})
	}
	t.Run("has as many rows as it may", func(t *testing.T) {
		r := finish(t, program(t, "--netstat", netstat, "--listening", listOf(t, 20_000), "-t", "60"))
		r.says(t, 2, `CRITICAL: tcp .*: not listening .*; 19\d\d\d CRITICAL, 1 UNKNOWN`, 60*time.Second)
		if r.memory > mostMemory {
			t.Errorf("%d kB of memory", r.memory)
		}
	})
}

// TestFaultListThatExhausts: lists of allowed size that took gigabytes, or longer
// than any limit, end within it and in little memory, as a verdict or a refusal.
func TestFaultListThatExhausts(t *testing.T) {
	const refused = "UNKNOWN: reading .*/list.csv: the expressions of its procName column take more than 112 MiB: .*"
	netstat := script(t, printing(good))
	for name, tt := range map[string]struct {
		header, row string
		exit        int
		line        string
	}{
		"expressions that expand": {"ipProtocol,localPort,procName", "tcp,%d,^(a%[1]d){50}$", 3, refused},
		"classes that repeat":     {"ipProtocol,localPort,procName", `tcp,%d,^\pL{5}%[1]d$`, 3, refused},
		"an expression of 100 MB": {"ipProtocol,localPort,procName", `tcp,%d,(\pL{30}){30}`, 3, "UNKNOWN: .*; 20000 UNKNOWN"},
		"long names":              {"ipProtocol,localPort,procName", "tcp,%d," + strings.Repeat("x", 257), 3, "UNKNOWN: .*; 20000 UNKNOWN"},
		"choices":                 {"ipProtocol,localPort,procName", "tcp,%d,^" + strings.Repeat("a|b|", 60) + "$", 2, "CRITICAL: .*"},
		"names of punctuation":    {"ipProtocol,localPort,name", "tcp,1,PUNCTUATION", 2, "CRITICAL: .*"}, // which are one label
		"long comments":           {"ipProtocol,localPort,comment", "tcp,%d," + strings.Repeat("c", 390), 2, "CRITICAL: .*"},
	} {
		t.Run(name, func(t *testing.T) {
			var list strings.Builder
			fmt.Fprintln(&list, tt.header)
			for i := range 20_000 {
				row := strings.ReplaceAll(tt.row, "PUNCTUATION", punctuation(i))
				if strings.Contains(row, "%") {
					row = fmt.Sprintf(row, 1+i)
				}
				fmt.Fprintln(&list, row)
			}
			path := filepath.Join(t.TempDir(), "list.csv")
			if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			r := finish(t, program(t, "--netstat", netstat, "--listening", path))
			r.says(t, tt.exit, tt.line, 8*time.Second)
			if r.memory > mostMemory {
				t.Errorf("%d kB of memory", r.memory)
			}
		})
	}
}

// punctuation writes a number with five digits of its own.
func punctuation(n int) (text string) {
	for range 7 {
		text += "._:/@"[n%5 : n%5+1]
		n /= 5
	}
	return text
}

// TestFaultSavedOutput: the same for --input.
func TestFaultSavedOutput(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, input string
		limit       float64
		line        string
	}{
		{"hangs", pipe, 0.3, `no result within the time limit \(-t\): .*pipe.txt.*`},
		{"is missing", filepath.Join(dir, "none"), 8, "no snapshot: reading a saved output: .*no such file or directory"},
		{"is a folder", dir, 8, "no snapshot: .*: is a directory"},
		{"is a device without an end", "/dev/zero", 8, "no snapshot: reading a saved output: open /dev/zero: neither a regular file nor a FIFO"},
		{"is a device without a byte", "/dev/null", 8, "no snapshot: reading a saved output: open /dev/null: neither a regular file nor a FIFO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := finish(t, program(t, "--input", tt.input, "--port", "tcp:22", "-t", fmt.Sprint(tt.limit)))
			r.says(t, 3, "UNKNOWN: "+tt.line, time.Duration(tt.limit*float64(time.Second)))
			if r.memory > mostMemory {
				t.Errorf("%d kB of memory", r.memory)
			}
		})
	}
}

// TestFaultStandardInput: it may be anything, and is read for as long as -t says.
func TestFaultStandardInput(t *testing.T) {
	for device, line := range map[string]string{
		"/dev/zero": `no result within the time limit \(-t\): reading - has not ended`,
		"/dev/null": "no snapshot: standard input: not recognised as output of netstat or ss",
	} {
		in, err := os.Open(device)
		if err != nil {
			t.Fatal(err)
		}
		cmd := program(t, "--input", "-", "--port", "tcp:22", "-t", "0.5")
		cmd.Stdin = in
		r := finish(t, cmd)
		_ = in.Close()
		r.says(t, 3, "UNKNOWN: "+line, 500*time.Millisecond)
		if r.memory > mostMemory {
			t.Errorf("%s: %d kB of memory", device, r.memory)
		}
	}
}

// TestFaultFIFO: a saved output may come through one, whoever opens it first.
func TestFaultFIFO(t *testing.T) {
	pipe := fifo(t)
	cmd := program(t, "--input", pipe, "--port", "tcp:22", "-t", "50")
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(pipe, []byte(good), 0) }()
	finish(t, cmd).says(t, 0, `OK: listening on 0\.0\.0\.0:22 .*`, 8*time.Second)
	if err := <-written; err != nil {
		t.Error(err)
	}
}

// TestFaultProcessesVanish: the search for a program goes through a /proc in
// which processes come and go all the time.
func TestFaultProcessesVanish(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	stop := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		for range 2000 { // more than the checks below last; each is waited for
			select {
			case <-stop:
				ended <- nil
				return
			default:
			}
			if err := exec.Command("true").Run(); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	for range 10 {
		cmd := program(t, "--source", "kernel", "--port", "tcp:127.0.0.1:"+port+",no-such-program")
		finish(t, cmd).says(t, 2, "CRITICAL: listening, but owned by "+regexp.QuoteMeta(filepath.Base(os.Args[0]))+`(| of \S+), not no-such-program \[.*`, 8*time.Second)
	}
	close(stop)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
