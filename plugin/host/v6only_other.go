//go:build !linux

package host

import "errors"

// v6onlySockets: Windows shows a socket of each family, and the BSDs print
// tcp46 where a socket serves both.
func v6onlySockets(string) (map[bound]bool, error) { return nil, errors.ErrUnsupported }
