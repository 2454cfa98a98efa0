package parts

import (
	"maps"
	"slices"

	"flux-host/plugins/kustomize/internal/tree"
)

// plan is a kustomization divided into parts.
type plan struct {
	options
	tree   *tree.Tree
	root   *folder
	loader *loader
	// order has all resources and generators, in the order in which kustomize comes across them.
	order []live
	count int
	// rendered are the folders that are in some part.
	rendered map[*folder]bool
}

func newPlan(t *tree.Tree, at string, o options) (*plan, error) {
	l := &loader{
		fs:      &recorder{Tree: t, reads: map[string]bool{}},
		cache:   o.cache,
		folders: map[string]*folder{},
		files:   map[string]*file{},
	}
	root, err := l.folder(at)
	if err != nil {
		return nil, err
	}
	n := namer{generated: map[string]bool{}}
	all, err := n.walk(root, nil)
	if err != nil {
		return nil, err
	}
	g := &grouping{generated: n.generated, patches: patchesOf(l.folders)}
	seen := map[*unit]bool{}
	for _, one := range all {
		if one.unit != nil && !seen[one.unit] {
			seen[one.unit] = true
			g.units = append(g.units, one.unit)
		}
	}
	if len(g.units) < o.minResources {
		return nil, errDoubt
	}
	g.group()
	if err := g.generators(l.folders); err != nil {
		return nil, err
	}
	g.connect()
	g.annotations(l.folders)
	g.witnesses()
	if err := g.share(); err != nil {
		return nil, err
	}
	count, largest := g.pack()
	if count < 2 || largest > len(g.units)*3/4 {
		return nil, errDoubt
	}
	return &plan{options: o, tree: t, root: root, loader: l, order: all, count: count, rendered: map[*folder]bool{}}, nil
}

// build builds a part, unless it is known what comes of it.
func (p *plan) build(part int) ([]object, error) {
	r := &rendering{part: part, overlay: map[string][]byte{}, files: map[string]bool{}, done: map[*folder]bool{}}
	if filled, err := r.folder(p.root); err != nil || !filled {
		return nil, errDoubt
	}
	for f, filled := range r.done {
		if filled {
			p.rendered[f] = true
		}
	}
	fs := &recorder{Tree: p.tree, overlay: r.overlay, reads: map[string]bool{}}
	key := p.cache.key(r, p.tree)
	if known, ok := p.cache.part(key, p.tree); ok {
		return known, nil
	}
	built, err := p.run(fs, p.root.path)
	if err != nil {
		return nil, err
	}
	objects, err := objectsOf(built)
	if err != nil {
		return nil, err
	}
	p.cache.keepPart(key, objects, fs.reads, p.tree)
	return objects, nil
}

func patchesOf(folders map[string]*folder) []*patch {
	var all []*patch
	for _, at := range slices.Sorted(maps.Keys(folders)) {
		all = append(all, folders[at].patches...)
	}
	return all
}
