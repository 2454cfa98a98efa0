// Package flux turns a Flux Kustomization's spec into the kustomization.yaml that kustomize builds, as Flux's
// kustomize-controller does.
package flux

import (
	"encoding/json"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// Spec holds the fields of a Flux Kustomization that decide what is built.
type Spec struct {
	TargetNamespace         *string  `json:"targetNamespace"`
	NamePrefix              *string  `json:"namePrefix"`
	NameSuffix              *string  `json:"nameSuffix"`
	Patches                 []Patch  `json:"patches"`
	Components              []string `json:"components"`
	IgnoreMissingComponents bool     `json:"ignoreMissingComponents"`
	Images                  []Image  `json:"images"`
	BuildMetadata           []string `json:"buildMetadata"`

	// Of Flux's API before v1; still honoured.
	PatchesStrategicMerge []any           `json:"patchesStrategicMerge"`
	PatchesJSON6902       []PatchJSON6902 `json:"patchesJson6902"`
}

// Image overrides a container image; see types.Image.
type Image struct {
	Name    string `json:"name"`
	NewName string `json:"newName"`
	NewTag  string `json:"newTag"`
	Digest  string `json:"digest"`
}

// Patch is an inline strategic merge or JSON 6902 patch.
type Patch struct {
	Patch  string    `json:"patch"`
	Target *Selector `json:"target"`
}

// PatchJSON6902 is a JSON 6902 patch as a list of operations.
type PatchJSON6902 struct {
	Patch  []Operation `json:"patch"`
	Target Selector    `json:"target"`
}

// Operation is one step of a JSON 6902 patch.
type Operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	From  string          `json:"from,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Selector says what a patch is for.
type Selector struct {
	Group              string `json:"group"`
	Version            string `json:"version"`
	Kind               string `json:"kind"`
	Namespace          string `json:"namespace"`
	Name               string `json:"name"`
	LabelSelector      string `json:"labelSelector"`
	AnnotationSelector string `json:"annotationSelector"`
}

func (s *Selector) kustomize() *types.Selector {
	if s == nil {
		return nil
	}
	return &types.Selector{
		ResId: resid.ResId{
			Gvk:       resid.Gvk{Group: s.Group, Version: s.Version, Kind: s.Kind},
			Name:      s.Name,
			Namespace: s.Namespace,
		},
		LabelSelector:      s.LabelSelector,
		AnnotationSelector: s.AnnotationSelector,
	}
}
