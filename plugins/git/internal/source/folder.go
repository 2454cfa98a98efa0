package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
)

// Folder writes a tree to the file system.
type Folder struct {
	Root string
	// Chmod marks a file as executable: in a sandbox that is not os.Chmod.
	Chmod func(path string, mode os.FileMode) error
	// made are the folders that exist: asking for each file anew would cost as much as writing it.
	made map[string]bool
}

// Create opens a new file, making the folders above it.
func (f *Folder) Create(name string, executable bool) (io.WriteCloser, error) {
	full := path.Join(f.Root, name)
	if err := f.Mkdir(path.Dir(name)); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil || !executable {
		return file, err
	}
	if err := f.Chmod(full, 0o755); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// Mkdir makes a folder and those above it, without asking first whether they exist.
func (f *Folder) Mkdir(name string) error {
	if name = path.Clean(name); name == "." || name == "/" || f.made[name] {
		return nil
	}
	if err := f.Mkdir(path.Dir(name)); err != nil {
		return err
	}
	if err := os.Mkdir(path.Join(f.Root, name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if f.made == nil {
		f.made = map[string]bool{}
	}
	f.made[name] = true
	return nil
}
