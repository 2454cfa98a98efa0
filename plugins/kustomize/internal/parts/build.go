// Package parts builds a big kustomization in parts that do not depend on each other. kustomize compares every resource with
// every other, several times, so that many small builds are much faster than one of all; and a part that did not change need not
// be built again.
//
// The result is that of the whole build, to the byte. Whatever could make it differ is a doubt, and so is every failure: the
// whole build follows then, and says what is wrong.
package parts

import (
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"flux-host/plugins/kustomize/internal/tree"
)

// minResources is how many resources are worth the trouble. Below, the whole build takes a fraction of a second.
const minResources = 200

// Run builds a folder with kustomize.
type Run func(fs filesys.FileSystem, folder string) (resmap.ResMap, error)

// Build returns the YAML of a folder's objects; false when it has to be built as a whole.
func Build(t *tree.Tree, root string, run Run, cache *Cache) (string, bool) {
	return build(t, root, options{run: run, cache: cache, minResources: minResources})
}

type options struct {
	run          Run
	cache        *Cache
	minResources int
}

func build(t *tree.Tree, root string, o options) (string, bool) {
	p, err := newPlan(t, root, o)
	if err != nil {
		return "", false
	}
	m := newMerger(p.order)
	for part := range p.count {
		objects, err := p.build(part)
		if err != nil || m.add(part, objects) != nil {
			return "", false
		}
	}
	if len(p.rendered) != len(p.loader.folders) {
		return "", false
	}
	o.cache.trim()
	return m.text()
}
