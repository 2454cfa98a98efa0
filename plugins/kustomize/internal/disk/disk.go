// Package disk reads files and folders. In the sandbox it speaks WASI itself: the os package learns the mounts while the
// program starts, which in a pre-initialised module was long before there were any, and needs more than twice the calls.
package disk

import (
	"errors"
	"io/fs"
)

// ErrNotExist is returned for a path that is not there; its text is the same on every platform.
var ErrNotExist = errors.New("no such file or directory")

// Info is what is known about a path. A link is described itself, not what it points to.
type Info struct {
	Size int64
	// Mode has only the bits of fs.ModeType.
	Mode fs.FileMode
}
