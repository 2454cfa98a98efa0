package refs

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/flux"
	"flux-host/plugins/kustomize/internal/tree"
)

// Result is what a walk over all kustomizations of a build found.
type Result struct {
	// Missing are the remote bases that are not mounted, in the order of their first use.
	Missing []string
	// CustomSchema tells whether a kustomization replaces kustomize's OpenAPI schema, which is global state.
	CustomSchema bool
}

type walker struct {
	tree    *tree.Tree
	remotes map[string]string
	result  Result
	done    map[string]bool
}

// Walk follows every reference from the kustomization in a folder. Remote bases that are mounted (remotes: base → virtual
// path) are replaced in the overlay by relative paths to their mount.
func Walk(t *tree.Tree, folder string, remotes map[string]string) (Result, error) {
	w := &walker{tree: t, remotes: remotes, done: map[string]bool{}}
	err := w.folder(folder, nil)
	return w.result, err
}

func (w *walker) folder(folder string, chain []string) error {
	if w.done[folder] {
		return nil
	}
	chain = append(chain[:len(chain):len(chain)], folder)
	file := flux.KustomizationFile(w.tree, folder)
	if file == "" {
		return explain.Fail(explain.Name(folder)+": the folder has no kustomization.yaml", "")
	}
	content, err := w.tree.ReadFile(file)
	if err != nil {
		return explain.Read(err)
	}
	var k types.Kustomization
	if err := k.Unmarshal(content); err != nil {
		return explain.File(file, err)
	}
	k.FixKustomization()
	w.result.CustomSchema = w.result.CustomSchema || len(k.OpenAPI) > 0
	rewritten := false
	local := func(remote string) string {
		relative, ok := w.mounted(folder, remote)
		rewritten = rewritten || ok
		return relative
	}
	err = folders(&k, func(field, entry string) (string, error) {
		if w.isRemote(folder, entry) {
			entry = local(entry)
			if isURL(entry) || isRepository(entry) {
				return entry, nil
			}
		}
		return entry, w.entry(entry, reference{file: file, field: field, chain: chain})
	})
	if err != nil {
		return err
	}
	urls(&k, local)
	if rewritten {
		content, err := yaml.Marshal(k)
		if err != nil {
			return explain.File(file, err)
		}
		if err := w.tree.WriteFile(file, content); err != nil {
			return err
		}
	}
	w.done[folder] = true
	return nil
}

// reference is where an entry stands.
type reference struct {
	file, field string
	// chain are the folders from the build's down to this one.
	chain []string
}

func (w *walker) entry(entry string, from reference) error {
	target := path.Join(path.Dir(from.file), entry)
	info, err := w.tree.Stat(target)
	if err != nil {
		return explain.Missing(from.file, from.field, entry, err)
	}
	if !info.IsDir() {
		return nil
	}
	if cycle := closes(from.chain, target); cycle != "" {
		return explain.Fail(cycle, "a kustomization must not refer to itself or to a folder above it")
	}
	if flux.KustomizationFile(w.tree, target) == "" {
		return explain.Fail(
			fmt.Sprintf("%s: %s '%s': the folder has no kustomization.yaml", explain.Name(from.file), from.field, entry),
			"list the files in the folder one by one, or add a kustomization.yaml to it",
		)
	}
	return w.folder(target, from.chain)
}

// closes words the cycle that going on to target would make; empty when there is none. As in kustomize, target may not be
// one of the folders before it nor contain one.
func closes(chain []string, target string) string {
	at := slices.IndexFunc(chain, func(visited string) bool {
		return visited == target || strings.HasPrefix(visited, target+"/")
	})
	if at < 0 {
		return ""
	}
	var names []string
	for _, folder := range append(chain[at:len(chain):len(chain)], target) {
		names = append(names, explain.Name(folder))
	}
	return "kustomization cycle: " + strings.Join(names, " → ")
}

func (w *walker) isRemote(folder, entry string) bool {
	if isURL(entry) {
		return true
	}
	file := path.Join(folder, entry)
	return isRepository(entry) && (!w.tree.Exists(file) || w.tree.IsDir(file))
}

// mounted returns the way from a folder to a remote base's mount, or the base itself when the host still has to fetch it.
func (w *walker) mounted(folder, remote string) (string, bool) {
	mount, ok := w.remotes[remote]
	if !ok {
		if !slices.Contains(w.result.Missing, remote) {
			w.result.Missing = append(w.result.Missing, remote)
		}
		return remote, false
	}
	relative, err := filepath.Rel(folder, mount)
	if err != nil {
		return remote, false
	}
	return relative, true
}
