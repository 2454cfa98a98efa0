package parts

import (
	"maps"
	"slices"
)

const (
	// maxShared bounds what is built in every part, in resources.
	maxShared = 48
	// manyUsers is how often something has to be mentioned to be built in every part rather than together with all its users.
	manyUsers = 6
)

// group holds units that need each other: those that have a name in common, and the patches for them.
type group struct {
	units   []*unit
	weight  int
	uses    map[*group]bool
	users   int
	shared  bool
	part    int
	joined  *group
	ordinal int
}

// isIn tells whether a group is built in a part.
func (g *group) isIn(part int) bool { return g.shared || g.part == part }

// grouping finds out who needs whom.
type grouping struct {
	units     []*unit
	patches   []*patch
	generated map[string]bool
	owners    map[string]*group
	groups    []*group
	must      []*group
}

// group joins units by name, and patches to their targets.
func (g *grouping) group() {
	g.owners = map[string]*group{}
	for i, u := range g.units {
		own := &group{units: []*unit{u}, weight: 1, ordinal: i}
		u.group = own
		for _, name := range slices.Sorted(maps.Keys(u.names)) {
			if other := g.owners[name]; other != nil {
				own = unite(other, own)
			}
			g.owners[name] = own
		}
	}
	for _, p := range g.patches {
		g.place(p)
	}
	for name, owner := range g.owners {
		g.owners[name] = root(owner)
	}
	for i, u := range g.units {
		if u.group = root(u.group); u.group.ordinal == i {
			g.groups = append(g.groups, u.group)
		}
	}
}

// place puts a patch into the group of its targets, or everywhere.
func (g *grouping) place(p *patch) {
	var own *group
	for _, name := range p.targets {
		p.everywhere = p.everywhere || g.generated[name]
		if target := g.owners[name]; target != nil {
			if own == nil {
				own = root(target)
			} else {
				own = unite(root(target), own)
			}
		}
	}
	p.group = own
	p.everywhere = p.everywhere || own == nil
}

// generators doubts those that change a resource of a file: they run in every part.
func (g *grouping) generators(folders map[string]*folder) error {
	for _, f := range folders {
		for _, one := range generatorsOf(f) {
			switch one.Behavior {
			case "", "create":
			default:
				if g.owners[one.Name] != nil {
					return errDoubt
				}
			}
		}
	}
	return nil
}

// annotations of a whole kustomization may name a resource, too.
func (g *grouping) annotations(folders map[string]*folder) {
	for _, f := range folders {
		for _, text := range f.kustomization.CommonAnnotations {
			if owner := g.owners[text]; owner != nil {
				g.must = append(g.must, owner)
			}
		}
	}
}

// connect notes which groups mention which.
func (g *grouping) connect() {
	for _, u := range g.units {
		g.mention(u.group, u.Mentions)
	}
	for _, p := range g.patches {
		if p.group != nil {
			p.group = root(p.group)
			g.mention(p.group, p.Mentions)
		}
		if !p.everywhere {
			continue
		}
		if p.group != nil {
			g.must = append(g.must, p.group)
		}
		for _, name := range p.Mentions {
			if owner := g.owners[name]; owner != nil {
				g.must = append(g.must, owner)
			}
		}
	}
}

func (g *grouping) mention(from *group, names []string) {
	for _, name := range names {
		to := g.owners[name]
		if to == nil || to == from || from.uses[to] {
			continue
		}
		if from.uses == nil {
			from.uses = map[*group]bool{}
		}
		from.uses[to] = true
		to.users++
	}
}

// share decides what is built in every part: what has to be, and what has many users.
func (g *grouping) share() error {
	total := 0
	for _, one := range g.must {
		total += shareAll(one)
	}
	if total > maxShared {
		return errDoubt
	}
	byUsers := slices.Clone(g.groups)
	slices.SortStableFunc(byUsers, func(a, b *group) int { return b.users - a.users })
	for _, one := range byUsers {
		if one.users < manyUsers {
			break
		}
		if cost := closure(one, map[*group]bool{}); total+cost <= maxShared {
			total += shareAll(one)
		}
	}
	return nil
}

// closure is the weight of a group and of all that it needs, as far as they are not shared yet.
func closure(g *group, seen map[*group]bool) int {
	if seen[g] || g.shared {
		return 0
	}
	seen[g] = true
	weight := g.weight
	for used := range g.uses {
		weight += closure(used, seen)
		if weight > maxShared {
			break
		}
	}
	return weight
}

func shareAll(g *group) int {
	if g.shared {
		return 0
	}
	g.shared = true
	weight := g.weight
	for used := range g.uses {
		weight += shareAll(used)
	}
	return weight
}

func unite(a, b *group) *group {
	a, b = root(a), root(b)
	if a == b {
		return a
	}
	if b.ordinal < a.ordinal {
		a, b = b, a
	}
	b.joined = a
	a.units = append(a.units, b.units...)
	a.weight += b.weight
	return a
}

func root(g *group) *group {
	for g.joined != nil {
		if g.joined.joined != nil {
			g.joined = g.joined.joined
		}
		g = g.joined
	}
	return g
}
