package parts

import "sigs.k8s.io/kustomize/api/types"

// maxLive bounds the walk: a folder may be reached on many ways.
const maxLive = 50_000

// live is a resource on its way through the kustomizations.
type live struct {
	unit *unit
	name string
}

// namer goes through the kustomizations as kustomize does, and notes under which names each resource can be found.
type namer struct {
	seen int
	// generated are the names of what generators make.
	generated map[string]bool
}

func (n *namer) walk(f *folder, above []live) ([]live, error) {
	for _, e := range f.resources {
		switch {
		case e.folder != nil:
			below, err := n.walk(e.folder, nil)
			if err != nil {
				return nil, err
			}
			above = append(above, below...)
		default:
			for _, u := range e.file.units {
				u.names[u.Name] = true
				above = append(above, live{unit: u, name: u.Name})
			}
		}
	}
	for _, one := range generatorsOf(f) {
		above = append(above, live{name: one.Name})
	}
	// A component's fields are for all that its parent has so far.
	for _, e := range f.components {
		if e.folder == nil {
			return nil, errDoubt
		}
		with, err := n.walk(e.folder, above)
		if err != nil {
			return nil, err
		}
		above = with
	}
	n.seen += len(above) + 1
	if n.seen > maxLive {
		return nil, errDoubt
	}
	for i := range above {
		n.transform(f, &above[i])
	}
	return above, nil
}

func (n *namer) transform(f *folder, l *live) {
	k := f.kustomization
	note := func(name string) {
		if l.unit == nil {
			n.generated[name] = true
		} else {
			l.unit.names[name] = true
		}
	}
	note(l.name)
	if l.unit != nil && k.Namespace != "" {
		l.unit.around[k.Namespace] = true
		// kustomize renames the Namespace itself, too.
		if l.unit.Kind == "Namespace" {
			l.name = k.Namespace
			note(l.name)
			for name := range l.unit.names {
				note(k.NamePrefix + name + k.NameSuffix)
			}
		}
	}
	note(l.name + k.NameSuffix)
	l.name = k.NamePrefix + l.name
	note(l.name)
	l.name += k.NameSuffix
	note(l.name)
}

// generatorsOf returns what a kustomization's generators have in common.
func generatorsOf(f *folder) []types.GeneratorArgs {
	var all []types.GeneratorArgs
	for _, g := range f.kustomization.ConfigMapGenerator {
		all = append(all, g.GeneratorArgs)
	}
	for _, g := range f.kustomization.SecretGenerator {
		all = append(all, g.GeneratorArgs)
	}
	return all
}
