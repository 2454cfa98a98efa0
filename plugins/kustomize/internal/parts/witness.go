package parts

import (
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/resid"
)

// witnesses sees to it that references with a namespace lead to the same in every part. Of such a reference kustomize first
// asks whether any candidate had that namespace before it was changed, whatever its name is; so each part needs one, if the
// whole has one.
func (g *grouping) witnesses() {
	known := map[string][]*unit{}
	for _, u := range g.units {
		if ns := namespaceOf(u); ns != resid.TotallyNotANamespace {
			known[ns] = append(known[ns], u)
		}
	}
	done := map[string]bool{}
	call := func(ns string) {
		if !done[ns] {
			done[ns] = true
			g.must = append(g.must, oneOfEach(known[ns])...)
		}
	}
	need := func(u *unit, namespaces []string) {
		for _, ns := range namespaces {
			if !done[ns] && len(known[ns]) > 0 && !sees(u, ns) {
				call(ns)
			}
		}
	}
	for _, u := range g.units {
		if len(u.Namespaces) == 0 && u.Kind != "RoleBinding" && u.Kind != "ClusterRoleBinding" {
			continue
		}
		need(u, u.Namespaces)
		need(u, slices.Sorted(maps.Keys(u.around)))
	}
	for _, p := range g.patches {
		if len(p.Namespaces) > 0 {
			// It may make any of its targets refer to these.
			for _, ns := range p.Namespaces {
				call(ns)
			}
			for _, u := range g.units {
				need(u, slices.Sorted(maps.Keys(u.around)))
			}
		}
	}
}

// sees tells whether a unit has a candidate of the namespace in its own group: itself, or, since an object without a
// namespace may refer to anything, any of those around it.
func sees(u *unit, ns string) bool {
	own := namespaceOf(u)
	if own == ns {
		return true
	}
	if own != resid.TotallyNotANamespace {
		return false
	}
	for _, other := range u.group.units {
		if namespaceOf(other) == ns {
			return true
		}
	}
	return false
}

// oneOfEach returns a group for every folder and spelling of the namespace: what happens to the namespace of an object
// depends on nothing else. Of several the one that needs the least.
func oneOfEach(units []*unit) []*group {
	type class struct {
		home      *folder
		namespace string
	}
	best := map[class]*group{}
	var order []class
	for _, u := range units {
		c := class{u.home, u.Namespace}
		switch chosen := best[c]; {
		case chosen == nil:
			order = append(order, c)
			best[c] = u.group
		case closure(u.group, map[*group]bool{}) < closure(chosen, map[*group]bool{}):
			best[c] = u.group
		}
	}
	groups := make([]*group, 0, len(order))
	for _, c := range order {
		groups = append(groups, best[c])
	}
	return groups
}

// namespaceOf returns the namespace that kustomize takes an object for a member of at first.
func namespaceOf(u *unit) string {
	id := resid.NewResIdWithNamespace(resid.NewGvk(u.Group, u.Version, u.Kind), u.Name, u.Namespace)
	return id.EffectiveNamespace()
}
