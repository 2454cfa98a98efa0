package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"

	"flux-host/plugins/helm/internal/source"
)

// ValuesFiles are merged, in their order, into a values.yaml that takes the place of the chart's own.
type ValuesFiles struct {
	// From is `source` for paths relative to the source, `chart` for files of the chart itself.
	From          string   `json:"from"`
	Files         []string `json:"files"`
	IgnoreMissing bool     `json:"ignoreMissing"`
}

// wanted is false for the one file that is there anyway.
func (v *ValuesFiles) wanted() bool {
	if v == nil || len(v.Files) == 0 {
		return false
	}
	return len(v.Files) > 1 || path.Clean(v.Files[0]) != chartutil.ValuesfileName
}

// apply returns the files that were merged; none when the chart has these values already.
func (v *ValuesFiles) apply(c *chart.Chart) ([]string, error) {
	if !v.wanted() {
		return nil, nil
	}
	merged := map[string]any{}
	var used []string
	for _, file := range v.Files {
		values, err := v.read(c, file)
		if errors.Is(err, fs.ErrNotExist) {
			if v.IgnoreMissing {
				continue
			}
			return nil, fmt.Errorf("no values file found at path '%s'", file)
		}
		if err != nil {
			return nil, err
		}
		merged = loader.MergeMaps(merged, values)
		used = append(used, file)
	}
	changed, err := overwrite(c, merged)
	if !changed {
		used = nil
	}
	return used, err
}

func (v *ValuesFiles) read(c *chart.Chart, file string) (map[string]any, error) {
	content, err := v.content(c, file)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(content, &values); err != nil {
		return nil, fmt.Errorf("unmarshaling values from '%s' failed: %w", file, err)
	}
	return values, nil
}

func (v *ValuesFiles) content(c *chart.Chart, file string) ([]byte, error) {
	if v.From != "chart" {
		at := source.At(file)
		if isDir, err := source.IsDir(at); err != nil || isDir {
			return nil, errors.Join(fs.ErrNotExist, err)
		}
		return os.ReadFile(at)
	}
	name := path.Clean(file)
	for _, each := range c.Raw {
		if each.Name == name {
			return each.Data, nil
		}
	}
	return nil, fs.ErrNotExist
}

// overwrite replaces values.yaml. A chart without one keeps being without, as in Flux: that is an error.
func overwrite(c *chart.Chart, values map[string]any) (bool, error) {
	var content []byte
	if len(values) > 0 {
		var err error
		if content, err = yaml.Marshal(values); err != nil {
			return false, err
		}
	}
	for _, file := range c.Raw {
		if file.Name != chartutil.ValuesfileName {
			continue
		}
		if bytes.Equal(file.Data, content) {
			return false, nil
		}
		file.Data, c.Values = content, values
		return true, nil
	}
	return false, fmt.Errorf("failed to locate values file: %s", chartutil.ValuesfileName)
}
