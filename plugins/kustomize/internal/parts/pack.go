package parts

import "hash/fnv"

const (
	// minPart and maxPart are about how many resources are built together: a build's fixed cost against the square of its size.
	minPart, maxPart = 24, 64
	// cutEvery is how many groups on average there are between two places where a part may end.
	cutEvery = 4
)

// pack puts the groups into parts and returns how many there are, and the weight of the largest. Where a part ends is a
// matter of what is in it, so that a change in one leaves the others as they were.
func (g *grouping) pack() (count, largest int) {
	components := g.components()
	weight := 0
	count = 1
	for _, c := range components {
		if weight > 0 && (weight+c.weight > maxPart || weight >= minPart && cuts(c)) {
			largest = max(largest, weight)
			count++
			weight = 0
		}
		weight += c.weight
		for _, member := range c.groups {
			member.part = count - 1
		}
	}
	return count, max(largest, weight)
}

type component struct {
	groups []*group
	weight int
}

// components joins groups that mention each other, except for those that are built in every part.
func (g *grouping) components() []*component {
	joined := make(map[*group]*group, len(g.groups))
	var find func(one *group) *group
	find = func(one *group) *group {
		for joined[one] != nil {
			one = joined[one]
		}
		return one
	}
	for _, from := range g.groups {
		if from.shared {
			continue
		}
		for to := range from.uses {
			if to.shared {
				continue
			}
			a, b := find(from), find(to)
			if b.ordinal < a.ordinal {
				a, b = b, a
			}
			if a != b {
				joined[b] = a
			}
		}
	}
	byRoot := map[*group]*component{}
	var list []*component
	for _, one := range g.groups {
		if one.shared {
			continue
		}
		r := find(one)
		c := byRoot[r]
		if c == nil {
			c = &component{}
			byRoot[r] = c
			list = append(list, c)
		}
		c.groups = append(c.groups, one)
		c.weight += one.weight
	}
	return list
}

// cuts tells whether a part may end before a component.
func cuts(c *component) bool {
	hash := fnv.New32a()
	first := c.groups[0].units[0]
	hash.Write([]byte(first.Kind + "/" + first.Namespace + "/" + first.Name))
	return hash.Sum32()%cutEvery == 0
}
