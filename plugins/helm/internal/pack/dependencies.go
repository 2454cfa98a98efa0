package pack

import (
	"fmt"
	"net/url"
	"path"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"flux-host/plugins/helm/internal/source"
)

// addDependencies adds what the chart requires and does not have: from the source itself, or as the host fetched it. What is still
// missing is returned, and nothing added; else the number of those that were.
func addDependencies(c *chart.Chart, request Request) ([]*chart.Dependency, int, error) {
	missing := source.Missing(c)
	var wanted []*chart.Dependency
	for _, dependency := range missing {
		if _, isFetched := request.Dependencies[source.NameOf(dependency)]; !isFetched && !source.IsLocal(dependency) {
			wanted = append(wanted, dependency)
		}
	}
	if len(wanted) > 0 {
		return wanted, 0, nil
	}
	for _, dependency := range missing {
		subchart, err := load(dependency, request)
		if err != nil {
			return nil, 0, err
		}
		if dependency.Alias != "" {
			subchart.Metadata.Name = dependency.Alias
		}
		c.AddDependency(subchart)
	}
	return nil, len(missing), nil
}

func load(dependency *chart.Dependency, request Request) (*chart.Chart, error) {
	name := source.NameOf(dependency)
	if at, isFetched := request.Dependencies[name]; isFetched {
		subchart, err := source.Load(at)
		if err != nil {
			return nil, fmt.Errorf("failed to add remote dependency '%s': %w", name, err)
		}
		return subchart, nil
	}
	subchart, err := local(dependency, request.Chart)
	if err != nil {
		return nil, fmt.Errorf("failed to add local dependency '%s': %w", name, err)
	}
	return subchart, nil
}

func local(dependency *chart.Dependency, folder string) (*chart.Chart, error) {
	relative, err := pathOf(dependency)
	if err != nil {
		return nil, err
	}
	at := source.At(folder, relative)
	if _, err := source.IsDir(at); err != nil {
		return nil, fmt.Errorf("no chart found at '%s' (reference '%s')", path.Join("/", folder, relative), dependency.Repository)
	}
	constraint, err := semver.NewConstraint(dependency.Version)
	if err != nil {
		return nil, fmt.Errorf("invalid version/constraint format '%s': %w", dependency.Version, err)
	}
	subchart, err := source.Load(at)
	if err != nil {
		return nil, fmt.Errorf("failed to load chart from '%s': %w", path.Join("/", folder, relative), err)
	}
	version, err := semver.NewVersion(subchart.Metadata.Version)
	if err != nil {
		return nil, err
	}
	if !constraint.Check(version) {
		return nil, fmt.Errorf("can't get a valid version for constraint '%s'", dependency.Version)
	}
	return subchart, nil
}

// pathOf is relative to the chart's folder.
func pathOf(dependency *chart.Dependency) (string, error) {
	if dependency.Repository == "" {
		return path.Join("charts", dependency.Name), nil
	}
	address, err := url.Parse(dependency.Repository)
	if err != nil {
		return "", fmt.Errorf("failed to parse alleged local chart reference: %w", err)
	}
	return path.Join(address.Host, address.Path), nil
}
