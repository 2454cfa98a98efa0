package source

import (
	"errors"
	"fmt"
	"path"
	"strings"

	plugin "flux-host/sdk/go"
)

// sparse are the folders that a spec limits the checkout to; without any, everything is checked out.
type sparse []string

// clean is a path of spec.sparseCheckout as it is in a tree.
func clean(dir string) string { return strings.TrimPrefix(path.Clean("/"+dir), "/") }

// includes says whether a path is one of the folders or below one.
func (s sparse) includes(name string) bool {
	if len(s) == 0 {
		return true
	}
	for _, dir := range s {
		if c := clean(dir); c == "" || name == c || strings.HasPrefix(name, c+"/") {
			return true
		}
	}
	return false
}

// within says whether one of the folders lies below a path.
func (s sparse) within(name string) bool {
	for _, dir := range s {
		if strings.HasPrefix(clean(dir), name+"/") {
			return true
		}
	}
	return false
}

// check fails when the tree does not have one of the folders.
func (s sparse) check(seen map[string]bool) error {
	var missing []error
	for _, dir := range s {
		if c := clean(dir); c != "" && !seen[c] {
			missing = append(missing, fmt.Errorf("sparse checkout dir '%s' does not exist in repository", dir))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	failure := plugin.Fail(GitOperationFailed, fmt.Errorf("failed to sparse checkout directories : %w", errors.Join(missing...)))
	failure.Hint = "check the paths in spec.sparseCheckout: they start at the root of the repository"
	return failure
}
