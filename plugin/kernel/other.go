//go:build !linux && !windows

package kernel

import (
	"context"
	"fmt"
	"runtime"

	"check_netstat/parse"
)

const nativeVia = "none"

func read(context.Context, Query, string, func(*parse.Socket)) (Info, error) {
	return Info{}, fmt.Errorf("the kernel source exists on Linux and Windows only, not on %s", runtime.GOOS)
}
