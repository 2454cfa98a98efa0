package flux

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/tree"
)

// scan lists every YAML file below the folder, which must all hold Kubernetes objects, and every folder that has a
// kustomization of its own, as `./` paths in lexical order.
func scan(t *tree.Tree, folder string, f filter) ([]string, error) {
	factory := provider.NewDefaultDepProvider().GetResourceFactory()
	var found []string
	err := t.Walk(folder, func(name string, info fs.FileInfo, err error) error {
		switch {
		case err != nil:
			return explain.Read(err)
		case name == folder:
			return nil
		case info.IsDir():
			if KustomizationFile(t, name) == "" {
				return nil
			}
			found = append(found, name)
			return filepath.SkipDir
		case path.Ext(name) != ".yaml" && path.Ext(name) != ".yml":
			return nil
		case f.skipsScanned(name):
			return nil
		}
		if err := decode(t, factory, name); err != nil {
			return err
		}
		found = append(found, name)
		return nil
	})
	for i, name := range found {
		found[i] = "." + strings.TrimPrefix(name, folder)
	}
	return found, err
}

// decode checks that a file holds Kubernetes objects only. kustomize's parser panics on some invalid objects.
func decode(t *tree.Tree, factory *resource.Factory, name string) (err error) {
	data, err := t.ReadFile(name)
	if err != nil {
		return explain.Read(err)
	}
	defer func() {
		if r := recover(); r != nil {
			err = notKubernetes(name, fmt.Errorf("%v", r))
		}
	}()
	if _, err := factory.SliceFromBytes(data); err != nil {
		return notKubernetes(name, err)
	}
	return nil
}

func notKubernetes(name string, err error) error {
	return explain.Fail(
		fmt.Sprintf("failed to decode Kubernetes YAML from %s: %v", explain.Name(name), err),
		"without a kustomization.yaml every YAML file below the path is applied; add one that lists the resources, or keep this file out with .sourceignore",
	)
}
