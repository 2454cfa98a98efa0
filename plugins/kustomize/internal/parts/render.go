package parts

import (
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// rendering writes the files of one part: each kustomization with what is in the part.
type rendering struct {
	part int
	// overlay has the files that are not as they are on disk, by virtual path.
	overlay map[string][]byte
	// files are those that are.
	files map[string]bool
	done  map[*folder]bool
}

// folder writes a folder's kustomization and returns whether there is anything in it.
func (r *rendering) folder(f *folder) (bool, error) {
	if filled, ok := r.done[f]; ok {
		return filled, nil
	}
	k := f.kustomization
	filled := f.generates
	resources, found, err := r.entries(f.resources)
	if err != nil {
		return false, err
	}
	k.Resources = resources
	filled = filled || found
	if k.Components, found, err = r.entries(f.components); err != nil {
		return false, err
	}
	filled = filled || found
	k.Patches, k.PatchesJson6902, k.PatchesStrategicMerge, k.Replicas = nil, nil, nil, nil
	for _, p := range f.patches {
		if !p.everywhere && !p.group.isIn(r.part) {
			continue
		}
		switch p.list {
		case patches:
			k.Patches = append(k.Patches, f.kustomization.Patches[p.index])
		case patchesJSON6902:
			k.PatchesJson6902 = append(k.PatchesJson6902, f.kustomization.PatchesJson6902[p.index])
		case patchesStrategicMerge:
			k.PatchesStrategicMerge = append(k.PatchesStrategicMerge, f.kustomization.PatchesStrategicMerge[p.index])
		case replicas:
			k.Replicas = append(k.Replicas, f.kustomization.Replicas[p.index])
		}
	}
	content, err := yaml.Marshal(k)
	if err != nil {
		return false, err
	}
	r.overlay[f.file] = content
	// A component may be there for what it does to the resources of others.
	filled = filled || k.Kind == types.ComponentKind && isUseful(k)
	r.done[f] = filled
	return filled, nil
}

// isUseful tells whether a kustomization says anything but what it is.
func isUseful(k types.Kustomization) bool {
	return k.CheckEmpty() == nil
}

func (r *rendering) entries(list []entry) (raw []string, found bool, err error) {
	for _, e := range list {
		in := false
		if e.folder != nil {
			in, err = r.folder(e.folder)
		} else {
			in = r.file(e.file)
		}
		if err != nil {
			return nil, false, err
		}
		if in {
			raw, found = append(raw, e.raw), true
		}
	}
	return raw, found, nil
}

// file writes the documents of a file that are in the part.
func (r *rendering) file(f *file) bool {
	var texts []string
	for _, u := range f.units {
		if u.group.isIn(r.part) {
			texts = append(texts, u.Text)
		}
	}
	switch len(texts) {
	case 0:
		return false
	case len(f.units):
		r.files[f.path] = true
	default:
		r.overlay[f.path] = []byte(strings.Join(texts, "---\n"))
	}
	return true
}
