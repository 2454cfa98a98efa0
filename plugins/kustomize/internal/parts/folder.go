package parts

import (
	"path"
	"reflect"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
)

// maxFolders bounds the plan: more kustomizations than that are built as a whole.
const maxFolders = 2000

// folder is a kustomization, whoever refers to it.
type folder struct {
	path string
	// file is the virtual path of its kustomization.yaml.
	file          string
	kustomization types.Kustomization
	// resources and components have the entries of the fields of the same names, in their order.
	resources, components []entry
	patches               []*patch
	generates             bool
}

// entry is a file or a folder.
type entry struct {
	raw    string
	file   *file
	folder *folder
}

// file is a file of resources. Each of its documents is a unit of its own.
type file struct {
	path  string
	units []*unit
}

// unit is what is built as one: a resource, or a patch with what it patches.
type unit struct {
	doc
	// names are all that the object has on its way through the kustomizations.
	names map[string]bool
	// around are the namespaces that kustomizations around it set.
	around map[string]bool
	// home is a folder that lists it.
	home *folder
	// group is where it ends up.
	group *group
}

// loader reads kustomizations.
type loader struct {
	fs      *recorder
	cache   *Cache
	folders map[string]*folder
	files   map[string]*file
}

func (l *loader) folder(at string) (*folder, error) {
	if known, ok := l.folders[at]; ok {
		if known == nil { // a cycle
			return nil, errDoubt
		}
		return known, nil
	}
	if len(l.folders) >= maxFolders {
		return nil, errDoubt
	}
	l.folders[at] = nil
	f := &folder{path: at}
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(at, name)
		if !l.fs.Exists(file) {
			continue
		}
		if f.file != "" {
			return nil, errDoubt
		}
		f.file = file
	}
	content, err := l.fs.ReadFile(f.file)
	if f.file == "" || err != nil || f.kustomization.Unmarshal(content) != nil {
		return nil, errDoubt
	}
	f.kustomization.FixKustomization()
	if !isUnderstood(f.kustomization) {
		return nil, errDoubt
	}
	if err := l.entries(f); err != nil {
		return nil, err
	}
	if err := l.patches(f); err != nil {
		return nil, err
	}
	f.generates = len(generatorsOf(f)) > 0
	l.folders[at] = f
	return f, nil
}

// isUnderstood tells whether a kustomization has only fields whose effect on other resources is known here.
func isUnderstood(k types.Kustomization) bool {
	for key := range k.CommonAnnotations {
		if isInternal(key) {
			return false
		}
	}
	rest := k
	rest.TypeMeta, rest.MetaData = types.TypeMeta{}, nil
	rest.Resources, rest.Components = nil, nil
	rest.Namespace, rest.NamePrefix, rest.NameSuffix = "", "", ""
	rest.Labels, rest.CommonLabels, rest.CommonAnnotations = nil, nil, nil
	rest.Images, rest.Replicas = nil, nil
	rest.Patches, rest.PatchesStrategicMerge, rest.PatchesJson6902 = nil, nil, nil
	rest.ConfigMapGenerator, rest.SecretGenerator, rest.GeneratorOptions = nil, nil, nil
	for _, label := range k.Labels {
		// Fields of one's own may lead anywhere.
		if len(label.FieldSpecs) > 0 {
			return false
		}
	}
	return reflect.DeepEqual(rest, types.Kustomization{})
}

func (l *loader) entries(f *folder) error {
	for _, list := range []struct {
		raw  []string
		into *[]entry
	}{{f.kustomization.Resources, &f.resources}, {f.kustomization.Components, &f.components}} {
		for _, raw := range list.raw {
			e, err := l.entry(f, raw)
			if err != nil {
				return err
			}
			*list.into = append(*list.into, e)
		}
	}
	return nil
}

func (l *loader) entry(f *folder, raw string) (entry, error) {
	at := path.Join(f.path, raw)
	if l.fs.IsDir(at) {
		sub, err := l.folder(at)
		return entry{raw: raw, folder: sub}, err
	}
	if known, ok := l.files[at]; ok {
		return entry{raw: raw, file: known}, nil
	}
	content, err := l.fs.ReadFile(at)
	if err != nil {
		return entry{}, errDoubt
	}
	docs, err := l.cache.documents(content)
	if err != nil || len(docs) == 0 {
		return entry{}, errDoubt
	}
	made := &file{path: at}
	for _, d := range docs {
		made.units = append(made.units, &unit{doc: d, names: map[string]bool{}, around: map[string]bool{}, home: f})
	}
	l.files[at] = made
	return entry{raw: raw, file: made}, nil
}
