package render

import (
	"fmt"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// sorted makes the manifest of a release in the order of installation, with hooks apart.
func sorted(files map[string]string) (Manifests, error) {
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return Manifests{}, err
	}
	var stream strings.Builder
	for _, each := range manifests {
		fmt.Fprintf(&stream, "---\n# Source: %s\n%s\n", each.Name, each.Content)
	}
	answer := Manifests{Manifest: stream.String(), Hooks: hooks}
	if hooks == nil {
		answer.Hooks = []*release.Hook{}
	}
	return answer, nil
}
