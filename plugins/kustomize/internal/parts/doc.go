package parts

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// doc is what matters of a YAML document that holds an object: who it is, and whom it may refer to.
type doc struct {
	// Text is the document without separators, with the line feed that kustomize gives it.
	Text string
	Kind string
	// Group and Version are those of apiVersion.
	Group, Version  string
	Name, Namespace string
	// Mentions are the scalars in places where kustomize may find the name of another object.
	Mentions []string
	// Namespaces are those of fields that name an object together with its namespace.
	Namespaces []string
}

// errDoubt is why a kustomization is built as a whole; nobody sees it.
var errDoubt = errors.New("the parts may depend on each other")

// separator is how kustomize splits a file.
var separator = regexp.MustCompile(`\n---.*\n`)

// documents reads a file as kustomize does.
func documents(content []byte) ([]doc, error) {
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	var docs []doc
	previous := 0
	for _, at := range separator.FindAllStringIndex(text, -1) {
		if rest := strings.TrimSpace(text[at[0]+4 : at[1]]); rest != "" && rest[0] != '#' {
			return nil, errDoubt
		}
		next, err := appendDocument(docs, text[previous:at[0]]+"\n")
		if err != nil {
			return nil, err
		}
		docs, previous = next, at[1]
	}
	return appendDocument(docs, text[previous:])
}

func appendDocument(docs []doc, text string) ([]doc, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var node yaml.Node
	switch err := decoder.Decode(&node); {
	case errors.Is(err, io.EOF):
		return docs, nil
	case err != nil || len(node.Content) != 1:
		return nil, errDoubt
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errDoubt
	}
	root := node.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return docs, nil
	}
	d, err := describe(root)
	if err != nil {
		return nil, err
	}
	d.Text = text
	return append(docs, d), nil
}

func describe(root *yaml.Node) (doc, error) {
	meta := field(root, "metadata")
	d := doc{
		Kind:      value(field(root, "kind")),
		Name:      value(field(meta, "name")),
		Namespace: value(field(meta, "namespace")),
	}
	d.Group, d.Version = resid.ParseGroupVersion(value(field(root, "apiVersion")))
	if d.Kind == "" || d.Name == "" || strings.HasSuffix(d.Kind, "List") ||
		field(root, "$patch") != nil { // such as a patch that deletes its target
		return doc{}, errDoubt
	}
	s := scanner{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, content := root.Content[i], root.Content[i+1]
		switch {
		case key.Value == "metadata":
			s.metadata(content)
		case isData(d, key.Value):
			s.keys(content)
		default:
			s.field(key, content)
		}
	}
	d.Mentions, d.Namespaces = unique(s.mentions), unique(s.namespaces)
	return d, s.err
}

// isData tells whether a field holds files, which never name an object.
func isData(d doc, key string) bool {
	return d.Group == "" && (d.Kind == "ConfigMap" || d.Kind == "Secret") &&
		(key == "data" || key == "stringData" || key == "binaryData")
}

// scanner collects what a document may refer to.
type scanner struct {
	mentions, namespaces []string
	err                  error
}

// metadata leaves out the object's own identity.
func (s *scanner) metadata(node *yaml.Node) {
	if node.Kind != yaml.MappingNode {
		s.err = errDoubt
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		switch key, content := node.Content[i], node.Content[i+1]; key.Value {
		case "name", "namespace":
		default:
			s.field(key, content)
		}
	}
}

// unrelated are fields on the way to none of the names that kustomize knows for references. Their values are often the name of
// something all the same.
var unrelated = []string{
	"labels", "matchLabels", "matchExpressions", "selector", "nodeSelector", "args", "command", "image", "ports", "volumeMounts",
	"resources", "securityContext", "livenessProbe", "readinessProbe", "startupProbe", "apiGroups", "verbs",
}

func (s *scanner) field(key, content *yaml.Node) {
	s.key(key)
	if slices.Contains(unrelated, key.Value) {
		s.keys(content)
		return
	}
	s.scan(content)
}

func (s *scanner) scan(node *yaml.Node) {
	switch node.Kind {
	case yaml.ScalarNode:
		s.mentions = append(s.mentions, node.Value)
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, content := node.Content[i], node.Content[i+1]
			if key.Value == "namespace" {
				s.namespaces = append(s.namespaces, value(content))
			}
			s.field(key, content)
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			s.scan(item)
		}
	default: // an alias: what it stands for may be a reference here and none there
		s.err = errDoubt
	}
	if node.Anchor != "" {
		s.err = errDoubt
	}
}

// keys looks at the keys of a mapping only.
func (s *scanner) keys(node *yaml.Node) {
	for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
		s.key(node.Content[i])
	}
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		s.err = errDoubt
	}
}

// key refuses what kustomize itself reads, such as annotations that carry an object's former names.
func (s *scanner) key(node *yaml.Node) {
	if node.Kind != yaml.ScalarNode || node.Value == "<<" || isInternal(node.Value) {
		s.err = errDoubt
	}
}

func isInternal(key string) bool {
	return strings.Contains(key, "config.kubernetes.io/") || strings.Contains(key, "config.k8s.io/")
}

func field(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func value(node *yaml.Node) string {
	if node == nil || node.Kind != yaml.ScalarNode {
		return ""
	}
	return node.Value
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
