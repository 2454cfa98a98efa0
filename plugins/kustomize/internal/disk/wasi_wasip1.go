package disk

import (
	"strings"
	"syscall"
	"unsafe"
)

//go:wasmimport wasi_snapshot_preview1 fd_prestat_get
func fdPrestatGet(fd int32, prestat unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_prestat_dir_name
func fdPrestatDirName(fd int32, name unsafe.Pointer, length uint32) uint32

//go:wasmimport wasi_snapshot_preview1 path_filestat_get
func pathFilestatGet(fd int32, flags uint32, path unsafe.Pointer, length uint32, stat unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 path_open
func pathOpen(fd int32, dirFlags uint32, path unsafe.Pointer, length uint32, oflags uint32, rights uint64, inherited uint64, fdFlags uint32, opened unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_read
func fdRead(fd int32, vectors unsafe.Pointer, count uint32, read unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_readdir
func fdReaddir(fd int32, buffer unsafe.Pointer, length uint32, cookie uint64, used unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 fd_close
func fdClose(fd int32) uint32

const (
	firstPreopen = 3
	maxPreopens  = 64

	rightsRead    = 1 << 1
	rightsReaddir = 1 << 14
	rightsStat    = 1 << 21

	oflagDirectory = 1 << 1
)

type preopen struct {
	fd   int32
	name string
}

func preopens() []preopen {
	var found []preopen
	for fd := int32(firstPreopen); fd < firstPreopen+maxPreopens; fd++ {
		var prestat struct {
			tag    uint8
			_      [3]byte
			length uint32
		}
		if fdPrestatGet(fd, unsafe.Pointer(&prestat)) != 0 {
			break
		}
		name := make([]byte, prestat.length)
		if prestat.tag != 0 || len(name) == 0 || fdPrestatDirName(fd, unsafe.Pointer(&name[0]), prestat.length) != 0 {
			continue
		}
		found = append(found, preopen{fd, strings.TrimSuffix(string(name), "/")})
	}
	return found
}

// locate returns the preopened folder that a path is in, and the rest of the path.
func locate(path string) (int32, string, error) {
	best := preopen{fd: -1}
	rest := ""
	for _, p := range preopens() {
		if path != p.name && !strings.HasPrefix(path, p.name+"/") || (best.fd >= 0 && len(p.name) < len(best.name)) {
			continue
		}
		best, rest = p, strings.TrimPrefix(path[len(p.name):], "/")
	}
	if best.fd < 0 {
		return 0, "", ErrNotExist
	}
	if rest == "" {
		rest = "."
	}
	return best.fd, rest, nil
}

func failed(errno uint32) error {
	switch syscall.Errno(errno) {
	case 0:
		return nil
	case syscall.ENOENT, syscall.ENOTDIR:
		return ErrNotExist
	}
	return syscall.Errno(errno)
}
