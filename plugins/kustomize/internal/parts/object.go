package parts

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
)

// object is a built resource.
type object struct {
	kind, name string
	// id is what kustomize allows once only.
	id   string
	yaml string
}

func objectsOf(built resmap.ResMap) ([]object, error) {
	objects := make([]object, 0, built.Size())
	for _, resource := range built.Resources() {
		text, err := textOf(resource)
		if err != nil {
			return nil, err
		}
		id := resource.CurId()
		objects = append(objects, object{
			kind: id.Kind,
			name: id.Name,
			id:   strings.Join([]string{id.Gvk.String(), id.EffectiveNamespace(), id.Name}, "/"),
			yaml: text,
		})
	}
	return objects, nil
}

// is tells whether an object may be what came of a resource, or of a generator.
func (o object) is(l live) bool {
	if l.unit == nil {
		return strings.HasPrefix(o.name, l.name)
	}
	return o.kind == l.unit.Kind && l.unit.names[o.name]
}

// merger puts the objects of parts into the order of the whole build: that in which kustomize comes across them.
type merger struct {
	order []live
	slots []object
	ids   map[string]int
}

func newMerger(order []live) *merger {
	return &merger{order: order, slots: make([]object, len(order)), ids: map[string]int{}}
}

// add takes the objects of a part. kustomize keeps the order; an object too few or one that is not what it should be is a
// doubt, and so is one in several parts that does not come out the same in all.
func (m *merger) add(part int, objects []object) error {
	next := 0
	for at, l := range m.order {
		if l.unit != nil && !l.unit.group.isIn(part) {
			continue
		}
		if next == len(objects) || !objects[next].is(l) {
			return errDoubt
		}
		o := objects[next]
		next++
		if slot, ok := m.ids[o.id]; ok && (slot != at || m.slots[at].yaml != o.yaml) {
			return errDoubt
		}
		m.ids[o.id] = at
		if m.slots[at].yaml != "" && m.slots[at].id != o.id {
			return errDoubt
		}
		m.slots[at] = o
	}
	if next != len(objects) {
		return errDoubt
	}
	return nil
}

// text is the YAML of all objects; false when one is missing.
func (m *merger) text() (string, bool) {
	size := 0
	for _, o := range m.slots {
		if o.yaml == "" {
			return "", false
		}
		size += len(o.yaml) + 4
	}
	var text strings.Builder
	text.Grow(size)
	for i, o := range m.slots {
		if i > 0 {
			text.WriteString("---\n")
		}
		text.WriteString(o.yaml)
	}
	return text.String(), true
}
