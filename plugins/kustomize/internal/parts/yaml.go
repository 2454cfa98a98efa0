package parts

import (
	"regexp"
	"strconv"

	yamlv2 "go.yaml.in/yaml/v2"
	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/resource"
)

// textOf is the resource's AsYAML, which goes from YAML to JSON and back to YAML. Where that can change nothing, which is so for
// nearly everything, the detour is left out.
func textOf(r *resource.Resource) (string, error) {
	if plain, ok := plainValue(r.YNode()); ok {
		text, err := yamlv2.Marshal(plain)
		return string(text), err
	}
	text, err := r.AsYAML()
	return string(text), err
}

var (
	plainText    = regexp.MustCompile(`^[\n\t -~]*$`)
	plainInteger = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,14})$`)
)

// plainValue returns what a node means; false when that is not obvious.
func plainValue(node *yaml.Node) (any, bool) {
	switch {
	case node == nil || node.Anchor != "":
		return nil, false
	case node.Kind == yaml.MappingNode:
		return plainMapping(node)
	case node.Kind == yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, item := range node.Content {
			plain, ok := plainValue(item)
			if !ok {
				return nil, false
			}
			list[i] = plain
		}
		return list, true
	case node.Kind == yaml.ScalarNode:
		return plainScalar(node)
	}
	return nil, false
}

func plainMapping(node *yaml.Node) (any, bool) {
	mapping := make(map[string]any, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, isText := plainKey(node.Content[i])
		plain, ok := plainValue(node.Content[i+1])
		if !isText || !ok {
			return nil, false
		}
		mapping[key] = plain
	}
	return mapping, len(mapping)*2 == len(node.Content)
}

func plainKey(node *yaml.Node) (string, bool) {
	plain, ok := plainValue(node)
	text, isText := plain.(string)
	return text, ok && isText && text != "<<"
}

func plainScalar(node *yaml.Node) (any, bool) {
	switch node.ShortTag() {
	case "!!str":
		return node.Value, plainText.MatchString(node.Value)
	case "!!int":
		if !plainInteger.MatchString(node.Value) {
			return nil, false
		}
		n, err := strconv.Atoi(node.Value)
		return n, err == nil
	case "!!null":
		return nil, true
	case "!!bool":
		return node.Value == "true", node.Value == "true" || node.Value == "false"
	}
	return nil, false
}
