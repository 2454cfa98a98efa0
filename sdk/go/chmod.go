package plugin

import (
	"fmt"
	"os"
	"syscall"

	"flux-host/sdk/go/internal/abi"
)

// Chmod sets the permission bits of a file below /out. WASI has no such call, so os.Chmod cannot: os.Create gives 0644,
// and this makes an executable of it (0755). Only the owner's executable bit is looked at.
func Chmod(path string, mode os.FileMode) error {
	if errno := abi.Chmod(path, uint32(mode.Perm())); errno != 0 {
		return fmt.Errorf("chmod %s: %w", path, syscall.Errno(errno))
	}
	return nil
}
