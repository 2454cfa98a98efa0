package flux

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"flux-host/plugins/kustomize/internal/explain"
	"flux-host/plugins/kustomize/internal/tree"
)

// merge adds the spec's customisations: names and namespace replace, patches and components are appended, images are
// merged by name, build metadata replaces.
func merge(t *tree.Tree, k *types.Kustomization, request Request) error {
	spec := request.Spec
	set(&k.Namespace, spec.TargetNamespace)
	set(&k.NamePrefix, spec.NamePrefix)
	set(&k.NameSuffix, spec.NameSuffix)
	for _, p := range spec.Patches {
		k.Patches = append(k.Patches, types.Patch{Patch: p.Patch, Target: p.Target.kustomize()})
	}
	for _, component := range spec.Components {
		if !IsLocal(component) {
			return explain.Fail(
				fmt.Sprintf("component path '%s' must be local and relative", component),
				"spec.components takes paths relative to spec.path; list remote components in a kustomization.yaml",
			)
		}
		if spec.IgnoreMissingComponents && !t.Exists(path.Join(request.Folder, component)) {
			continue
		}
		k.Components = append(k.Components, component)
	}
	if err := mergeLegacyPatches(k, spec); err != nil {
		return err
	}
	for _, image := range spec.Images {
		mergeImage(k, image)
	}
	if len(spec.BuildMetadata) > 0 {
		k.BuildMetadata = spec.BuildMetadata
	}
	return nil
}

func set(field *string, value *string) {
	if value != nil {
		*field = *value
	}
}

func mergeLegacyPatches(k *types.Kustomization, spec Spec) error {
	for _, p := range spec.PatchesStrategicMerge {
		raw, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("patchesStrategicMerge: %w", err)
		}
		k.PatchesStrategicMerge = append(k.PatchesStrategicMerge, types.PatchStrategicMerge(raw))
	}
	for _, p := range spec.PatchesJSON6902 {
		raw, err := json.Marshal(p.Patch)
		if err != nil {
			return fmt.Errorf("patchesJson6902: %w", err)
		}
		k.PatchesJson6902 = append(k.PatchesJson6902, types.Patch{Patch: string(raw), Target: p.Target.kustomize()})
	}
	return nil
}

// mergeImage overrides only what is given. Tag and digest choose the version together: a tag that was kept beside a new
// digest, or the other way round, would win silently at pull time.
func mergeImage(k *types.Kustomization, image Image) {
	i := slices.IndexFunc(k.Images, func(other types.Image) bool { return other.Name == image.Name })
	if i < 0 {
		k.Images = append(k.Images, types.Image{
			Name: image.Name, NewName: image.NewName, NewTag: image.NewTag, Digest: image.Digest,
		})
		return
	}
	existing := &k.Images[i]
	if image.NewName != "" {
		existing.NewName = image.NewName
	}
	if image.NewTag != "" || image.Digest != "" {
		existing.NewTag, existing.Digest = image.NewTag, image.Digest
	}
}

var remotePrefixes = []string{
	"git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/",
}

// IsLocal tells whether a component's path is relative and within the tree.
func IsLocal(p string) bool {
	lower := strings.ToLower(p)
	for _, prefix := range remotePrefixes {
		if len(prefix) < len(p) && strings.HasPrefix(lower, prefix) {
			return false
		}
	}
	return !path.IsAbs(p) && !path.IsAbs(strings.TrimPrefix(lower, "file://"))
}
