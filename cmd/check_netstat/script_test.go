package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"check_netstat/plugin"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){
		"restricted": restricted,
		"check_netstat": func() {
			os.Exit(plugin.Main(os.Args[1:], plugin.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: "1.2.3"}))
		},
	})
}

// TestScripts runs the terminal sessions in testdata, one file for a feature.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
		},
	})
}

// exits runs a command and compares its exit code: exits CODE COMMAND ARGS...
// Standard error must stay empty in every case, as a check promises.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = err.Error()[len("exit status "):]
	}
	if code != args[0] {
		ts.Fatalf("exit %s; want %s\n%s", code, args[0], ts.ReadFile("stdout"))
	}
	if stderr := ts.ReadFile("stderr"); stderr != "" {
		ts.Fatalf("standard error: %s", stderr)
	}
}
