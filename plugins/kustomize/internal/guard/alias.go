package guard

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"
)

// tooLarge tells whether a document's aliases expand to more than maxNodes nodes or contain themselves. Files that do not
// parse pass: kustomize words that better.
func tooLarge(data []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document yaml.Node
		if decoder.Decode(&document) != nil {
			return false
		}
		if (&counter{sizes: map[*yaml.Node]int{}}).count(&document) > maxNodes {
			return true
		}
	}
}

type counter struct{ sizes map[*yaml.Node]int }

// count returns the number of nodes after expansion, capped just above maxNodes.
func (c *counter) count(node *yaml.Node) int {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if size, ok := c.sizes[node]; ok {
		return size
	}
	c.sizes[node] = maxNodes + 1 // what an alias to a node around it counts
	total := 1
	for _, child := range node.Content {
		total = min(total+c.count(child), maxNodes+1)
	}
	c.sizes[node] = total
	return total
}
