package disk

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"runtime"
	"unsafe"
)

var fileTypes = [...]fs.FileMode{
	0: fs.ModeIrregular, 1: fs.ModeDevice, 2: fs.ModeDevice | fs.ModeCharDevice, 3: fs.ModeDir, 4: 0,
	5: fs.ModeSocket, 6: fs.ModeSocket, 7: fs.ModeSymlink,
}

// Lstat describes a path.
func Lstat(path string) (Info, error) {
	fd, rest, err := locate(path)
	if err != nil {
		return Info{}, err
	}
	var stat struct {
		device, inode uint64
		kind          uint8
		_             [7]byte
		links, size   uint64
		times         [3]uint64
	}
	if err := failed(pathFilestatGet(fd, 0, unsafe.Pointer(unsafe.StringData(rest)), uint32(len(rest)), unsafe.Pointer(&stat))); err != nil {
		return Info{}, err
	}
	mode := fs.ModeIrregular
	if int(stat.kind) < len(fileTypes) {
		mode = fileTypes[stat.kind]
	}
	return Info{Size: int64(stat.size), Mode: mode}, nil
}

func open(path string, oflags uint32, rights uint64) (int32, error) {
	fd, rest, err := locate(path)
	if err != nil {
		return 0, err
	}
	var opened int32
	err = failed(pathOpen(fd, 0, unsafe.Pointer(unsafe.StringData(rest)), uint32(len(rest)), oflags, rights, 0, 0, unsafe.Pointer(&opened)))
	return opened, err
}

// ReadFile returns the content of a file that has the given size.
func ReadFile(path string, size int64) ([]byte, error) {
	fd, err := open(path, 0, rightsRead|rightsStat)
	if err != nil {
		return nil, err
	}
	defer fdClose(fd)
	data := make([]byte, size)
	done := 0
	for done < len(data) {
		vector := [2]uint32{uint32(uintptr(unsafe.Pointer(&data[done]))), uint32(len(data) - done)}
		var read uint32
		errno := fdRead(fd, unsafe.Pointer(&vector), 1, unsafe.Pointer(&read))
		runtime.KeepAlive(data)
		if err := failed(errno); err != nil {
			return nil, err
		}
		if read == 0 {
			break
		}
		done += int(read)
	}
	return data[:done], nil
}

const direntSize = 24

// ReadDir returns the names in a folder, in no order.
func ReadDir(path string) ([]string, error) {
	fd, err := open(path, oflagDirectory, rightsReaddir|rightsRead)
	if err != nil {
		return nil, err
	}
	defer fdClose(fd)
	var names []string
	buffer := make([]byte, 16<<10)
	cookie := uint64(0)
	for {
		var used uint32
		if err := failed(fdReaddir(fd, unsafe.Pointer(&buffer[0]), uint32(len(buffer)), cookie, unsafe.Pointer(&used))); err != nil {
			return nil, err
		}
		rest, complete := buffer[:used], false
		for len(rest) >= direntSize {
			length := int(binary.LittleEndian.Uint32(rest[16:]))
			if len(rest) < direntSize+length {
				break
			}
			name := string(rest[direntSize : direntSize+length])
			cookie = binary.LittleEndian.Uint64(rest)
			rest, complete = rest[direntSize+length:], true
			if name != "." && name != ".." {
				names = append(names, name)
			}
		}
		if int(used) < len(buffer) {
			return names, nil
		}
		if !complete {
			return nil, errors.New("a name in the folder is too long")
		}
	}
}
