package privilege

import "os"

// Trusted: who may write a file is a matter of access control lists, and whoever
// may change the command line of a service is an administrator.
func Trusted(string) (*os.File, error) { return nil, nil } //nolint:nilnil // by its path
