package parts

import (
	"path"

	"flux-host/plugins/kustomize/internal/tree"
)

// recorder is a tree with some files replaced; it notes which others are read.
type recorder struct {
	*tree.Tree
	overlay map[string][]byte
	reads   map[string]bool
}

// ReadFile returns what a part has in place of a file, or the file.
func (r *recorder) ReadFile(name string) ([]byte, error) {
	clean := path.Clean(name)
	if content, ok := r.overlay[clean]; ok {
		return content, nil
	}
	content, err := r.Tree.ReadFile(name)
	if err == nil {
		r.reads[clean] = true
	}
	return content, err
}
