// Command my-plugin is a builder plugin: it gives the manifests of a folder as they are, in a fixed order.
package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	plugin "flux-host/sdk/go"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at.
type request struct {
	Path   string `json:"path"`
	Config struct {
		Suffix string `json:"suffix"`
	} `json:"config"`
}

// build is a function of its input: no clock and no random numbers, since results are kept.
//
//go:wasmexport build
func build() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return render(r)
	})
}

func render(r request) (any, error) {
	folder := path.Join("/in", r.Path)
	if _, err := os.Stat(folder); err != nil {
		return nil, &plugin.Failure{
			Message:  r.Path + " is not in the artifact",
			Hint:     "correct spec.path of the Kustomization",
			Terminal: true,
		}
	}
	suffix := r.Config.Suffix
	if suffix == "" {
		suffix = ".yaml"
	}
	var documents []string
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, suffix) {
			return err
		}
		content, err := os.ReadFile(file)
		documents = append(documents, string(content))
		return err
	})
	return map[string]string{"resources": strings.Join(documents, "\n---\n")}, err
}
