package cli

import (
	"errors"
	"fmt"

	"check_netstat/plugin/source"
)

type sourceOptions struct {
	Source  sourceName `long:"source" value-name:"auto|netstat|ss|kernel" default:"auto" default-mask:"-" description:"where the sockets come from (default: auto)"`
	Netstat once       `long:"netstat" value-name:"PATH" description:"the netstat program to run; means --source netstat"`
	NetNS   once       `long:"netns" value-name:"NAME|PID|PATH" description:"another network namespace (kernel source, Linux)"`
	Input   once       `long:"input" value-name:"FILE" description:"a saved output instead of a live snapshot; - reads standard input"`
}

// spec says where the sockets come from.
func (o *sourceOptions) spec() (source.Spec, error) {
	s := source.Spec{Name: string(o.Source), Netstat: string(o.Netstat), NetNS: string(o.NetNS), Input: string(o.Input)}
	switch {
	case s.Input != "" && (s.Netstat != "" || s.NetNS != "" || s.Name != source.Auto):
		return s, errors.New("--input takes the place of --source, --netstat and --netns: give one of them")
	case s.NetNS != "" && (s.Netstat != "" || s.Name != source.Auto && s.Name != source.Kernel):
		return s, errors.New("--netns means --source kernel: no program looks into another namespace")
	case s.Netstat != "" && s.Name != source.Netstat && s.Name != source.Auto:
		return s, fmt.Errorf("--netstat means --source netstat, not %s", s.Name)
	}
	return s, nil
}
