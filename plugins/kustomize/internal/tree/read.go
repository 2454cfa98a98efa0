package tree

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"flux-host/plugins/kustomize/internal/disk"
)

// MaxFile is the size of the largest file that a build reads, in bytes.
const MaxFile = 64 << 20

// ReadFile returns the content of a file, from the overlay first. The same bytes are returned on every call.
func (t *Tree) ReadFile(p string) ([]byte, error) {
	virtual, real, err := t.real("open", p)
	if err != nil {
		return nil, err
	}
	if data, ok := t.overlay[virtual]; ok {
		return data, nil
	}
	if data, ok := t.files[virtual]; ok {
		return data, nil
	}
	info, err := t.stat(virtual)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: virtual, Err: errIsDir}
	}
	if info.Size() > MaxFile {
		return nil, &fs.PathError{Op: "read", Path: virtual, Err: fmt.Errorf("the file has %d MiB, at most %d MiB can be built", info.Size()>>20, MaxFile>>20)}
	}
	data, err := disk.ReadFile(real, info.Size())
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: virtual, Err: err}
	}
	if t.check != nil {
		if err := t.check(virtual, data); err != nil {
			return nil, err
		}
	}
	t.files[virtual] = data
	return data, nil
}

// WriteFile puts a file into the overlay; the mount is never written.
func (t *Tree) WriteFile(p string, data []byte) error {
	virtual, _, err := t.real("open", p)
	if err != nil {
		return err
	}
	t.overlay[virtual] = data
	return nil
}

// Walk visits a folder depth first in lexical order, like filepath.Walk. Links are left out.
func (t *Tree) Walk(p string, visit filepath.WalkFunc) error {
	info, err := t.stat(p)
	if err != nil {
		err = visit(p, nil, err)
	} else {
		err = t.walk(path.Clean(p), info, visit)
	}
	if err == filepath.SkipDir || err == filepath.SkipAll {
		return nil
	}
	return err
}

func (t *Tree) walk(p string, info fs.FileInfo, visit filepath.WalkFunc) error {
	if !info.IsDir() {
		return visit(p, info, nil)
	}
	if err := visit(p, info, nil); err != nil {
		return err
	}
	names, err := t.ReadDir(p)
	if err != nil {
		return visit(p, info, err)
	}
	for _, name := range names {
		child := path.Join(p, name)
		info, err := t.stat(child)
		if err != nil {
			continue
		}
		if err := t.walk(child, info, visit); err != nil && (err != filepath.SkipDir || !info.IsDir()) {
			return err
		}
	}
	return nil
}

// Open returns a reader over the whole file.
func (t *Tree) Open(p string) (filesys.File, error) {
	data, err := t.ReadFile(p)
	if err != nil {
		return nil, err
	}
	stat, err := t.stat(p)
	if err != nil {
		return nil, err
	}
	return &file{Reader: bytes.NewReader(data), stat: stat}, nil
}

// Glob is only asked for by features that Flux does not have (Helm charts, file system plugins).
func (t *Tree) Glob(pattern string) ([]string, error) {
	names, err := t.ReadDir(path.Dir(pattern))
	if err != nil {
		return nil, nil
	}
	var found []string
	for _, name := range names {
		full := path.Join(path.Dir(pattern), name)
		if ok, err := path.Match(pattern, full); err != nil {
			return nil, err
		} else if ok {
			found = append(found, full)
		}
	}
	return found, nil
}

// Create, Mkdir, MkdirAll and RemoveAll fail: nothing in a build writes.
func (t *Tree) Create(p string) (filesys.File, error) {
	return nil, &fs.PathError{Op: "create", Path: p, Err: errReadOnly}
}

// Mkdir fails, see Create.
func (t *Tree) Mkdir(p string) error {
	return &fs.PathError{Op: "mkdir", Path: p, Err: errReadOnly}
}

// MkdirAll fails, see Create.
func (t *Tree) MkdirAll(p string) error { return t.Mkdir(p) }

// RemoveAll fails, see Create.
func (t *Tree) RemoveAll(p string) error {
	return &fs.PathError{Op: "remove", Path: p, Err: errReadOnly}
}
