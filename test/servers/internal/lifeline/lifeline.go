// Package lifeline ends a server with the process that started it, however that ended.
package lifeline

import (
	"io"
	"os"
)

// Hold ends this process when its standard input is closed.
func Hold() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
}
