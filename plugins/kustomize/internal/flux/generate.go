package flux

import (
	"fmt"
	"path"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/tree"
)

// placeholder keeps a generated kustomization without resources from being refused as empty.
const placeholder = "_placeholder"

// Request says what to generate.
type Request struct {
	// Folder to build, a virtual path of the tree.
	Folder string
	Spec   Spec
	// Ignore leaves files out when it is not nil: these gitignore patterns, after those of the `.sourceignore` files in the
	// folder. This is what `flux build kustomization` does; the controller does not.
	Ignore *string
}

// Generated is the kustomization.yaml of a build.
type Generated struct {
	// File is the virtual path under which kustomize reads it.
	File    string
	Content []byte
	// Created tells whether the folder had none.
	Created bool
}

// Generate finds or makes the kustomization.yaml of a folder and merges the spec into it. It writes nothing.
func Generate(t *tree.Tree, request Request) (Generated, error) {
	filter, err := newFilter(t, request)
	if err != nil {
		return Generated{}, err
	}
	generated, err := findOrCreate(t, request.Folder, filter)
	if err != nil {
		return Generated{}, err
	}
	k := empty()
	if err := yaml.Unmarshal(generated.Content, &k); err != nil {
		return Generated{}, explain.File(generated.File, err)
	}
	if !generated.Created && len(k.Resources) == 0 {
		// kustomize refuses a kustomization without any content; this is content without effect.
		k.BuildMetadata = []string{types.OriginAnnotations}
	}
	if err := filter.apply(t, &k, generated.File); err != nil {
		return Generated{}, err
	}
	if err := merge(t, &k, request); err != nil {
		return Generated{}, err
	}
	if generated.Content, err = yaml.Marshal(k); err != nil {
		return Generated{}, fmt.Errorf("%s: %w", explain.Name(generated.File), err)
	}
	return generated, nil
}

// KustomizationFile returns the virtual path of a folder's kustomization file, empty when it has none.
func KustomizationFile(t *tree.Tree, folder string) string {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(folder, name)
		if t.Exists(file) && !t.IsDir(file) {
			return file
		}
	}
	return ""
}

func findOrCreate(t *tree.Tree, folder string, f filter) (Generated, error) {
	if file := KustomizationFile(t, folder); file != "" {
		content, err := t.ReadFile(file)
		return Generated{File: file, Content: content}, explain.Read(err)
	}
	resources, err := scan(t, folder, f)
	if err != nil {
		return Generated{}, err
	}
	k := empty()
	if len(resources) == 0 {
		k.Namespace = placeholder
	} else {
		k.Resources = resources
	}
	content, err := yaml.Marshal(k)
	return Generated{
		File:    path.Join(folder, konfig.DefaultKustomizationFileName()),
		Content: content,
		Created: true,
	}, err
}

func empty() types.Kustomization {
	return types.Kustomization{
		TypeMeta: types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
	}
}
