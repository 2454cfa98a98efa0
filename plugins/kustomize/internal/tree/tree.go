// Package tree is the file system that kustomize sees: the artifact's tree and the mounted remote bases, read lazily and
// never copied, with an in-memory overlay for the files that the builder generates.
package tree

import (
	"errors"
	"io/fs"
	"path"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"flux-host/plugins/kustomize/internal/disk"
)

// Root is where the artifact is mounted, in the virtual paths that kustomize sees.
const Root = "/in"

var errReadOnly = errors.New("the tree is read-only")

// Mount maps a virtual folder to one of the operating system.
type Mount struct {
	Virtual string
	Real    string
}

// Tree implements filesys.FileSystem. All paths are absolute and virtual, below one of the mounts. It belongs to one
// build and is not safe for concurrent use.
type Tree struct {
	mounts  []Mount
	overlay map[string][]byte
	files   map[string][]byte
	stats   map[string]entry
	check   func(name string, data []byte) error
}

type entry struct {
	info fs.FileInfo
	err  error
}

var _ filesys.FileSystem = (*Tree)(nil)

// New returns a tree over the mounts. check, if not nil, sees every file once before kustomize does and can refuse it.
func New(mounts []Mount, check func(name string, data []byte) error) *Tree {
	return &Tree{
		mounts:  mounts,
		overlay: map[string][]byte{},
		files:   map[string][]byte{},
		stats:   map[string]entry{},
		check:   check,
	}
}

// real returns the path of the operating system; an error when p is in none of the mounts.
func (t *Tree) real(op, p string) (virtual, real string, err error) {
	virtual = path.Clean(p)
	for _, m := range t.mounts {
		if virtual == m.Virtual {
			return virtual, m.Real, nil
		}
		if strings.HasPrefix(virtual, m.Virtual+"/") {
			return virtual, m.Real + virtual[len(m.Virtual):], nil
		}
	}
	return virtual, "", &fs.PathError{Op: op, Path: p, Err: ErrOutside}
}

// stat never follows links: an artifact holds none, and a working copy's could lead out of the tree.
func (t *Tree) stat(p string) (fs.FileInfo, error) {
	virtual, real, err := t.real("lstat", p)
	if err != nil {
		return nil, err
	}
	if data, ok := t.overlay[virtual]; ok {
		return info{name: path.Base(virtual), size: int64(len(data))}, nil
	}
	if e, ok := t.stats[virtual]; ok {
		return e.info, e.err
	}
	onDisk, err := disk.Lstat(real)
	switch {
	case err != nil:
		err = &fs.PathError{Op: "lstat", Path: virtual, Err: err}
	case onDisk.Mode&fs.ModeSymlink != 0:
		err = &fs.PathError{Op: "lstat", Path: virtual, Err: ErrLink}
	}
	e := entry{info{name: path.Base(virtual), size: onDisk.Size, mode: onDisk.Mode}, err}
	t.stats[virtual] = e
	return e.info, e.err
}

// Exists tells whether there is a file or folder.
func (t *Tree) Exists(p string) bool {
	_, err := t.stat(p)
	return err == nil
}

// IsDir tells whether there is a folder.
func (t *Tree) IsDir(p string) bool {
	info, err := t.stat(p)
	return err == nil && info.IsDir()
}

// Stat returns what is at the path, without following links.
func (t *Tree) Stat(p string) (fs.FileInfo, error) { return t.stat(p) }

// CleanedAbs splits a path into an existing folder and, if it is a file, the file's name.
func (t *Tree) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	info, err := t.stat(p)
	if err != nil {
		return "", "", err
	}
	clean := path.Clean(p)
	if info.IsDir() {
		return filesys.ConfirmedDir(clean), "", nil
	}
	return filesys.ConfirmedDir(path.Dir(clean)), path.Base(clean), nil
}

// ReadDir lists the names in a folder, sorted.
func (t *Tree) ReadDir(p string) ([]string, error) {
	virtual, real, err := t.real("open", p)
	if err != nil {
		return nil, err
	}
	names, err := disk.ReadDir(real)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: virtual, Err: err}
	}
	for name := range t.overlay {
		if path.Dir(name) == virtual && !t.onDisk(name) {
			names = append(names, path.Base(name))
		}
	}
	sort.Strings(names)
	return names, nil
}

func (t *Tree) onDisk(virtual string) bool {
	_, real, err := t.real("lstat", virtual)
	if err != nil {
		return false
	}
	_, err = disk.Lstat(real)
	return err == nil
}
