package render

import (
	"helm.sh/helm/v4/pkg/chart"
	v2 "helm.sh/helm/v4/pkg/chart/v2"
)

// metadataOf is `.Chart` of the templates.
func metadataOf(c *v2.Chart) map[string]any {
	accessor, err := chart.NewAccessor(c)
	if err != nil {
		return map[string]any{}
	}
	return accessor.MetadataAsMap()
}
