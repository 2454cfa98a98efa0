// Package source loads charts from what the host mounted.
package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"
)

// Root is where the host mounts the source. Tests have it elsewhere.
var Root = "/in"

// At returns the path of a file or folder of the source. What would lead out of the source stays in it.
func At(elements ...string) string {
	return path.Join(Root, path.Join("/", path.Join(elements...)))
}

// IsDir tells whether a path is a folder. @throws what the file system says
func IsDir(name string) (bool, error) {
	info, err := os.Stat(name)
	if err != nil {
		return false, err
	}
	return info.IsDir(), nil
}

// Load loads a chart from a folder, honouring its .helmignore, or an archive. Subcharts are in the order of their names: Helm has them in a
// random one, and the same chart has to give the same archive each time.
func Load(name string) (*chart.Chart, error) {
	c, err := loader.Load(name)
	if err != nil {
		return nil, err
	}
	Sort(c)
	return c, nil
}

// Sort puts the subcharts at all levels into the order of their names.
func Sort(c *chart.Chart) {
	subcharts := slices.Clone(c.Dependencies())
	slices.SortStableFunc(subcharts, func(a, b *chart.Chart) int {
		return strings.Compare(a.Name()+" "+a.Metadata.Version, b.Name()+" "+b.Metadata.Version)
	})
	c.SetDependencies(subcharts...)
	for _, each := range subcharts {
		Sort(each)
	}
}

// Metadata reads Chart.yaml alone, with requirements.yaml of charts of the first version, without loading the rest of the chart.
func Metadata(name string) (*chart.Metadata, error) {
	isDir, err := IsDir(name)
	if err != nil {
		return nil, err
	}
	if !isDir {
		c, err := Load(name)
		if err != nil {
			return nil, err
		}
		return c.Metadata, nil
	}
	metadata := &chart.Metadata{}
	if err := decode(path.Join(name, chartutil.ChartfileName), metadata); err != nil {
		return nil, err
	}
	if metadata.APIVersion == "" {
		metadata.APIVersion = chart.APIVersionV1
	}
	if err := decode(path.Join(name, "requirements.yaml"), metadata); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return metadata, metadata.Validate()
}

func decode(file string, into any) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		return fmt.Errorf("cannot load '%s': %w", path.Base(file), err)
	}
	return nil
}
