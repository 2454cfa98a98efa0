package flux

import (
	"errors"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/ignore"
	"flux-host/plugins/kustomize/internal/tree"
)

// filter leaves files out of the build; the zero value leaves none out.
type filter struct {
	enabled bool
	// own are the patterns of the `.sourceignore` files and of the request.
	own ignore.List
	all ignore.List
}

func newFilter(t *tree.Tree, request Request) (filter, error) {
	if request.Ignore == nil {
		return filter{}, nil
	}
	var own ignore.List
	err := t.Walk(request.Folder, func(name string, info fs.FileInfo, err error) error {
		switch {
		case err != nil:
			return explain.Read(err)
		case info.IsDir() && info.Name() == ".git":
			return fs.SkipDir
		case info.IsDir() && t.Exists(path.Join(name, ".sourceignore")):
			text, err := t.ReadFile(path.Join(name, ".sourceignore"))
			own = own.Add(string(text), segments(name))
			return explain.Read(err)
		}
		return nil
	})
	folder := segments(request.Folder)
	own = own.Add(*request.Ignore, folder)
	return filter{enabled: true, own: own, all: ignore.Defaults(folder).Then(own)}, err
}

func segments(name string) []string { return strings.Split(strings.TrimPrefix(name, "/"), "/") }

// skipsScanned: while scanning, Flux applies its default exclusions only when there are patterns besides.
func (f filter) skipsScanned(name string) bool {
	return !f.own.Empty() && f.all.Excludes(segments(name), false)
}

// apply removes ignored entries from a kustomization's resources, components and crds.
func (f filter) apply(t *tree.Tree, k *types.Kustomization, file string) error {
	if !f.enabled {
		return nil
	}
	for _, list := range []struct {
		field   string
		entries *[]string
		remotes bool
	}{{"resource", &k.Resources, true}, {"component", &k.Components, true}, {"crd", &k.Crds, false}} {
		var kept []string
		for _, entry := range *list.entries {
			if list.remotes && isURL(entry) {
				kept = append(kept, entry)
				continue
			}
			name := path.Join(path.Dir(file), entry)
			info, err := t.Stat(name)
			if errors.Is(err, tree.ErrOutside) {
				kept = append(kept, entry) // the build says what is wrong with it
				continue
			}
			if err != nil {
				return explain.Missing(file, list.field, entry, err)
			}
			if !f.all.Excludes(segments(name), info.IsDir()) {
				kept = append(kept, entry)
			}
		}
		*list.entries = kept
	}
	return nil
}

func isURL(s string) bool {
	u, err := url.ParseRequestURI(s)
	return err == nil && u.Scheme != ""
}
