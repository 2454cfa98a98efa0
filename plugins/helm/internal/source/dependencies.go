package source

import (
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// NameOf is the name under which a dependency is a subchart.
func NameOf(dependency *chart.Dependency) string {
	if dependency.Alias != "" {
		return dependency.Alias
	}
	return dependency.Name
}

// IsLocal tells whether a dependency is in the source itself.
func IsLocal(dependency *chart.Dependency) bool {
	return dependency.Repository == "" || strings.HasPrefix(dependency.Repository, "file://")
}

// Missing returns those dependencies that are not in the chart's own charts/, as source-controller finds them: the lock file
// has precedence, and a chart with as many subcharts as it has dependencies is complete.
func Missing(c *chart.Chart) []*chart.Dependency {
	required := c.Metadata.Dependencies
	if c.Lock != nil {
		required = c.Lock.Dependencies
	}
	present := c.Dependencies()
	if len(present) == len(required) {
		return nil
	}
	var missing []*chart.Dependency
	for _, dependency := range required {
		if !hasSubchart(present, NameOf(dependency)) {
			missing = append(missing, dependency)
		}
	}
	return missing
}

func hasSubchart(charts []*chart.Chart, name string) bool {
	for _, each := range charts {
		if each.Name() == name {
			return true
		}
	}
	return false
}
