package build

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"flux-host/plugins/kustomize/internal/parts"
	"flux-host/plugins/kustomize/internal/tree"
)

// schemaReplaced: an earlier build of this instance replaced kustomize's global OpenAPI schema.
var schemaReplaced bool

// maxKept is how many bytes an instance keeps of its earlier builds.
const maxKept = 32 << 20

// kept is for the next build: an instance serves one tenant only.
var kept = parts.NewCache(maxKept)

// prepareSchema gives the next build kustomize's own schema.
func prepareSchema(isReplaced bool) {
	if schemaReplaced {
		openapi.ResetOpenAPI()
	}
	// A custom schema adds to the built-in one only if that was loaded before.
	openapi.Schema()
	schemaReplaced = isReplaced
}

// inParts builds a folder in parts where that is possible.
func inParts(t *tree.Tree, folder string) (string, error) {
	if text, ok := parts.Build(t, folder, kustomize, kept); ok {
		return text, nil
	}
	return whole(t, folder)
}

func whole(t *tree.Tree, folder string) (string, error) {
	built, err := kustomize(t, folder)
	if err != nil {
		return "", err
	}
	text, err := built.AsYaml()
	return string(text), err
}

// kustomize builds a folder with Flux's options: any path inside the tree may be loaded, no plugins, resources in
// kustomize's default order.
func kustomize(fs filesys.FileSystem, folder string) (built resmap.ResMap, err error) {
	// kustomize panics on some invalid objects.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kustomize panicked: %v", r)
		}
	}()
	return krusty.MakeKustomizer(&krusty.Options{
		LoadRestrictions: types.LoadRestrictionsNone,
		PluginConfig:     types.DisabledPluginConfig(),
	}).Run(fs, folder)
}
