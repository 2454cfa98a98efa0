package build

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// schemaReplaced: an earlier build of this instance replaced kustomize's global OpenAPI schema.
var schemaReplaced bool

// kustomize builds a folder with Flux's options: any path inside the tree may be loaded, no plugins, resources in the order
// in which they are listed.
func kustomize(fs filesys.FileSystem, folder string, customSchema bool) (resources string, err error) {
	// kustomize panics on some invalid objects.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kustomize panicked: %v", r)
		}
	}()
	if schemaReplaced {
		openapi.ResetOpenAPI()
		schemaReplaced = false
	}
	// A custom schema adds to the built-in one only if that was loaded before.
	openapi.Schema()
	schemaReplaced = customSchema
	built, err := krusty.MakeKustomizer(&krusty.Options{
		LoadRestrictions: types.LoadRestrictionsNone,
		PluginConfig:     types.DisabledPluginConfig(),
	}).Run(fs, folder)
	if err != nil {
		return "", err
	}
	text, err := built.AsYaml()
	return string(text), err
}
