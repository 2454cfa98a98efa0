// Command jsonnet is a builder plugin: it evaluates Jsonnet with the interpreter of the Jsonnet project.
package main

import (
	plugin "flux-host/sdk/go"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at.
type request struct {
	Path   string   `json:"path"`
	Config settings `json:"config"`
}

// settings is spec.builder.config of the Kustomization; its schema is in plugin.json.
type settings struct {
	// Entry is the file that is evaluated, main.jsonnet by default.
	Entry string `json:"entry"`
	// Libraries are folders that imports are looked for in, beside that of the importing file.
	Libraries []string `json:"libraries"`
	// Arguments are those of the function that the file may be.
	Arguments map[string]any `json:"arguments"`
	// Variables are what std.extVar gives.
	Variables map[string]any `json:"variables"`
}

// build is a function of its input: results are kept.
//
//go:wasmexport build
func build() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		document, err := evaluate(r)
		if err != nil {
			return nil, err
		}
		resources, err := manifests(document)
		return map[string]string{"resources": resources}, err
	})
}
