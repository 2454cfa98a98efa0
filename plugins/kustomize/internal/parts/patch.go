package parts

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"
)

// patchList is the field of a kustomization that a patch stands in.
type patchList int

const (
	patches patchList = iota
	patchesStrategicMerge
	patchesJSON6902
	replicas
)

// patch is an entry of a kustomization that changes some of its resources. It is a unit too: with what it is for, and with
// what it mentions.
type patch struct {
	unit
	list  patchList
	index int
	// targets are the names of what it is for; none when a selector says so.
	targets []string
	// everywhere: it is applied in every part.
	everywhere bool
	// required: kustomize fails when there is no target.
	required bool
}

func (l *loader) patches(f *folder) error {
	k := f.kustomization
	for i, p := range k.Patches {
		if err := l.patch(f, patch{list: patches, index: i}, p); err != nil {
			return err
		}
	}
	for i, p := range k.PatchesJson6902 {
		if err := l.patch(f, patch{list: patchesJSON6902, index: i}, p); err != nil {
			return err
		}
	}
	for i, p := range k.PatchesStrategicMerge {
		as := types.Patch{Patch: string(p)}
		if file := path.Join(f.path, string(p)); !strings.Contains(string(p), "\n") && l.fs.Exists(file) {
			as = types.Patch{Path: string(p)}
		}
		if err := l.patch(f, patch{list: patchesStrategicMerge, index: i}, as); err != nil {
			return err
		}
	}
	for i, r := range k.Replicas {
		f.patches = append(f.patches, &patch{list: replicas, index: i, targets: []string{r.Name}, required: true})
	}
	return nil
}

func (l *loader) patch(f *folder, p patch, spec types.Patch) error {
	if spec.Options != nil {
		return errDoubt
	}
	content := []byte(spec.Patch)
	if spec.Path != "" {
		read, err := l.fs.ReadFile(path.Join(f.path, spec.Path))
		if err != nil {
			return errDoubt
		}
		content = read
	}
	if err := p.read(content, spec.Target != nil); err != nil {
		return err
	}
	// The older field names one object, the newer one has patterns.
	isName := func(name string) bool {
		return p.list == patchesJSON6902 || name != "" && regexp.QuoteMeta(name) == name
	}
	if t := spec.Target; t != nil && isName(t.Name) {
		p.targets = []string{t.Name}
	}
	p.required = spec.Target == nil || p.list == patchesJSON6902
	p.home = f
	f.patches = append(f.patches, &p)
	return nil
}

// read takes over what the text of a patch mentions.
func (p *patch) read(content []byte, selects bool) error {
	if operations, ok := operationsIn(content); ok {
		return p.operations(operations)
	}
	docs, err := documents(content)
	if err != nil || len(docs) == 0 {
		return errDoubt
	}
	for _, d := range docs {
		if !selects {
			p.targets = append(p.targets, d.Name)
		}
		p.Mentions = append(p.Mentions, d.Mentions...)
		p.Namespaces = append(p.Namespaces, d.Namespaces...)
	}
	return nil
}

// operationsIn returns the operations of a JSON 6902 patch.
func operationsIn(content []byte) (*yaml.Node, bool) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var node yaml.Node
	if decoder.Decode(&node) != nil || len(node.Content) != 1 || node.Content[0].Kind != yaml.SequenceNode {
		return nil, false
	}
	err := decoder.Decode(new(yaml.Node))
	return node.Content[0], errors.Is(err, io.EOF)
}

// operations accepts what changes neither an object's identity nor takes values from elsewhere.
func (p *patch) operations(list *yaml.Node) error {
	s := scanner{}
	for _, operation := range list.Content {
		switch value(field(operation, "op")) {
		case "add", "replace", "remove", "test":
		default:
			return errDoubt
		}
		if !isHarmless(value(field(operation, "path"))) {
			return errDoubt
		}
		content := field(operation, "value")
		switch {
		case content == nil:
		case leadsNowhere(value(field(operation, "path"))):
			s.keys(content)
		default:
			s.scan(content)
		}
	}
	p.Mentions, p.Namespaces = unique(s.mentions), unique(s.namespaces)
	return s.err
}

func isHarmless(pointer string) bool {
	tokens := strings.Split(pointer, "/")
	if len(tokens) < 2 || tokens[0] != "" || isInternal(strings.ReplaceAll(pointer, "~1", "/")) {
		return false
	}
	if tokens[len(tokens)-1] == "namespace" {
		return false
	}
	switch tokens[1] {
	case "", "apiVersion", "kind":
		return false
	case "metadata":
		return len(tokens) > 2 && (tokens[2] == "labels" || tokens[2] == "annotations")
	}
	return true
}

// leadsNowhere tells whether a path goes through a field below which there are no references.
func leadsNowhere(pointer string) bool {
	return slices.ContainsFunc(strings.Split(pointer, "/"), func(token string) bool { return slices.Contains(unrelated, token) })
}
