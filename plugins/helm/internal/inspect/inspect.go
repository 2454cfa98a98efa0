// Package inspect tells what is in a chart.
package inspect

import (
	"encoding/json"
	"fmt"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"

	"flux-host/plugins/helm/internal/explain"
	"flux-host/plugins/helm/internal/source"
)

// Request is the contract's InspectRequest.
type Request struct {
	Chart string `json:"chart"`
	// Values that it is to be released with.
	Values map[string]any `json:"values"`
}

// CRD is a file below crds/ of the chart or of a subchart.
type CRD struct {
	File     string `json:"file"`
	Manifest string `json:"manifest"`
}

// Dependency is an entry of Chart.yaml or Chart.lock.
type Dependency struct {
	*chart.Dependency
	Missing bool `json:"missing"`
}

// Response is the contract's InspectResponse.
type Response struct {
	Metadata     *chart.Metadata `json:"metadata"`
	Dependencies []Dependency    `json:"dependencies"`
	Values       map[string]any  `json:"values"`
	Schema       json.RawMessage `json:"schema,omitempty"`
	CRDs         []CRD           `json:"crds"`
}

// Run loads the chart and says what it has.
func Run(request Request) (Response, error) {
	c, err := source.Load(source.At(request.Chart))
	if err != nil {
		return Response{}, explain.Fail(explain.ChartReference, err)
	}
	crds, err := releasedCRDs(request, c)
	if err != nil {
		return Response{}, err
	}
	answer := Response{Metadata: c.Metadata, Values: c.Values, CRDs: crds, Dependencies: []Dependency{}}
	if answer.Values == nil {
		answer.Values = map[string]any{}
	}
	if json.Valid(c.Schema) {
		answer.Schema = c.Schema
	}
	missing := map[string]bool{}
	for _, each := range source.Missing(c) {
		missing[source.NameOf(each)] = true
	}
	for _, each := range c.Metadata.Dependencies {
		answer.Dependencies = append(answer.Dependencies, Dependency{each, missing[source.NameOf(each)]})
	}
	return answer, nil
}

// releasedCRDs leaves out subcharts that the values switch off. The chart stays as it is: another copy is changed.
func releasedCRDs(request Request, c *chart.Chart) ([]CRD, error) {
	if request.Values == nil || len(c.Dependencies()) == 0 {
		return CRDs(c), nil
	}
	released, err := source.Load(source.At(request.Chart))
	if err != nil {
		return nil, explain.Fail(explain.ChartReference, err)
	}
	if err := chartutil.ProcessDependencies(released, request.Values); err != nil {
		return nil, explain.Fail("", fmt.Errorf("chart dependencies processing failed: %w", err))
	}
	source.Sort(released)
	return CRDs(released), nil
}

// CRDs returns the files below crds/ of a chart and its subcharts, in Helm's order.
func CRDs(c *chart.Chart) []CRD {
	found := []CRD{}
	for _, each := range c.CRDObjects() {
		found = append(found, CRD{File: each.Filename, Manifest: string(each.File.Data)})
	}
	return found
}
