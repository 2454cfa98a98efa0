// Package guard refuses YAML that would exhaust the sandbox before kustomize parses it, with a message that names the file.
package guard

import (
	"bytes"
	"fmt"
	"path"

	"flux-host/plugins/kustomize/internal/explain"
)

const (
	// maxDepth bounds nesting: kustomize recurses over nodes. Kubernetes objects stay far below.
	maxDepth = 500
	// maxNodes bounds what a document may expand to through aliases.
	maxNodes = 1_000_000
)

// Check returns a failure when a YAML file is nested too deeply or its aliases expand to too much. Other files pass.
func Check(name string, data []byte) error {
	if !isYAML(name) {
		return nil
	}
	if deep, line := tooDeep(data); deep {
		return explain.Fail(
			fmt.Sprintf("%s: yaml: line %d: nested more than %d levels deep", explain.Name(name), line, maxDepth), "")
	}
	if bytes.IndexByte(data, '&') < 0 || bytes.IndexByte(data, '*') < 0 {
		return nil
	}
	if tooLarge(data) {
		return explain.Fail(
			fmt.Sprintf("%s: yaml: aliases expand to more than %d values", explain.Name(name), maxNodes), "")
	}
	return nil
}

func isYAML(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return path.Base(name) == "Kustomization"
}
