package main

import (
	"encoding/json"
	"os"
	"path"

	plugin "flux-host/sdk/go"

	"github.com/google/go-jsonnet"
)

const root = "/in"

// evaluate gives the document, as JSON, that the entry stands for.
func evaluate(r request) (string, error) {
	entry := r.Config.Entry
	if entry == "" {
		entry = "main.jsonnet"
	}
	file := path.Join(root, r.Path, entry)
	if _, err := os.Stat(file); err != nil {
		return "", &plugin.Failure{
			Message:  path.Join(r.Path, entry) + " is not in the artifact",
			Hint:     "correct spec.path of the Kustomization, or entry in spec.builder.config",
			Terminal: true,
		}
	}
	vm := jsonnet.MakeVM()
	vm.Importer(&jsonnet.FileImporter{JPaths: libraries(r)})
	if err := each(r.Config.Arguments, vm.TLACode); err != nil {
		return "", err
	}
	if err := each(r.Config.Variables, vm.ExtCode); err != nil {
		return "", err
	}
	document, err := vm.EvaluateFile(file)
	if err != nil {
		return "", &plugin.Failure{Message: err.Error(), Terminal: true}
	}
	return document, nil
}

// libraries are where jsonnet-bundler and Tanka have them, of the folder and of the whole artifact. The last one counts most.
func libraries(r request) []string {
	names := r.Config.Libraries
	if len(names) == 0 {
		names = []string{"vendor", "lib"}
	}
	var paths []string
	for _, dir := range []string{root, path.Join(root, r.Path)} {
		for _, name := range names {
			paths = append(paths, path.Join(dir, name))
		}
	}
	return paths
}

// each sets values, which are JSON and so Jsonnet, too.
func each(values map[string]any, set func(name, code string)) error {
	for name, value := range values {
		code, err := json.Marshal(value)
		if err != nil {
			return err
		}
		set(name, string(code))
	}
	return nil
}
