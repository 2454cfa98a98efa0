package tree

import (
	"bytes"
	"errors"
	"io/fs"
	"time"
)

// Why a path can not be read; wrapped in a *fs.PathError.
var (
	ErrOutside = errors.New("path is not in or below the root of the artifact")
	ErrLink    = errors.New("symbolic links are not followed")
	errIsDir   = errors.New("is a directory")
)

type info struct {
	name string
	size int64
	mode fs.FileMode
}

func (i info) Name() string      { return i.name }
func (i info) Size() int64       { return i.size }
func (i info) Mode() fs.FileMode { return i.mode }
func (info) ModTime() time.Time  { return time.Time{} }
func (i info) IsDir() bool       { return i.mode.IsDir() }
func (info) Sys() any            { return nil }

type file struct {
	*bytes.Reader
	stat fs.FileInfo
}

func (f *file) Close() error               { return nil }
func (f *file) Stat() (fs.FileInfo, error) { return f.stat, nil }
func (f *file) Write([]byte) (int, error)  { return 0, errReadOnly }
