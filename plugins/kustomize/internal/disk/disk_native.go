//go:build !wasip1

package disk

import (
	"errors"
	"io/fs"
	"os"
)

// Lstat describes a path.
func Lstat(path string) (Info, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Info{}, reason(err)
	}
	return Info{Size: info.Size(), Mode: info.Mode().Type()}, nil
}

// ReadDir returns the names in a folder, in no order.
func ReadDir(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, reason(err)
}

// ReadFile returns the content of a file that has the given size.
func ReadFile(path string, _ int64) ([]byte, error) {
	data, err := os.ReadFile(path)
	return data, reason(err)
}

// reason strips the path from an error: callers know it under another name.
func reason(err error) error {
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrNotExist
	case errors.As(err, &pathError):
		return pathError.Err
	}
	return err
}
