// Package render turns a chart and values into manifests, as an installation or an upgrade by helm-controller does.
package render

import (
	"fmt"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	release "helm.sh/helm/v4/pkg/release/v1"

	"flux-host/plugins/helm/internal/explain"
	"flux-host/plugins/helm/internal/inspect"
	"flux-host/plugins/helm/internal/source"
)

// Request is the contract's RenderRequest.
type Request struct {
	Chart                string         `json:"chart"`
	ChartVersion         string         `json:"chartVersion"`
	Values               map[string]any `json:"values"`
	Reuse                *Reuse         `json:"reuse"`
	Release              Release        `json:"release"`
	Capabilities         Capabilities   `json:"capabilities"`
	SkipSchemaValidation bool           `json:"skipSchemaValidation"`
	SubchartNotes        bool           `json:"subchartNotes"`
	Lookups              []Lookup       `json:"lookups"`
	PostRender           *PostRender    `json:"postRender"`
}

// Reuse is what an upgrade that preserves values takes over from the release before.
type Reuse struct {
	// Values are the defaults of the chart then.
	Values map[string]any `json:"values"`
	// Config is what was set then.
	Config map[string]any `json:"config"`
}

// Release is `.Release` of the templates.
type Release struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	IsInstall bool   `json:"isInstall"`
	IsUpgrade bool   `json:"isUpgrade"`
}

// Capabilities is what the templates see of the cluster.
type Capabilities struct {
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
}

// Response is the contract's RenderResponse: lookups that have to be answered first, or the release.
type Response struct {
	Lookups []Lookup       `json:"lookups,omitempty"`
	Chart   *chart.Chart   `json:"chart,omitempty"`
	Config  map[string]any `json:"config,omitempty"`
	Notes   *string        `json:"notes,omitempty"`
	CRDs    []inspect.CRD  `json:"crds,omitempty"`
	*Manifests
	*Streams
}

// Manifests are the objects of a release.
type Manifests struct {
	Manifest string          `json:"manifest"`
	Hooks    []*release.Hook `json:"hooks"`
}

// Run renders a chart.
func Run(request Request) (Response, error) {
	c, err := source.Load(source.At(request.Chart))
	if err != nil {
		return Response{}, explain.Fail(explain.ChartReference, err)
	}
	if request.ChartVersion != "" {
		c.Metadata.Version = request.ChartVersion
	}
	answer, err := run(c, request)
	if err != nil {
		return Response{}, explain.Fail("", err)
	}
	return answer, nil
}

func run(c *chart.Chart, request Request) (Response, error) {
	if err := installable(c); err != nil {
		return Response{}, err
	}
	config, err := configOf(c, request)
	if err != nil {
		return Response{}, err
	}
	values, err := renderValues(c, config, request)
	if err != nil {
		return Response{}, err
	}
	looks := lookupsOf(request.Lookups)
	files, err := templates(c, values, looks)
	// Without the answers a template may have failed for want of them.
	if len(looks.wanted) > 0 {
		return Response{Lookups: looks.wanted}, nil
	}
	if err != nil {
		return Response{}, err
	}
	notes := takeNotes(files, c, request.SubchartNotes)
	answer := Response{Chart: c, Config: config, Notes: &notes, CRDs: inspect.CRDs(c)}
	post := request.PostRender
	if post == nil {
		manifests, err := sorted(files)
		answer.Manifests = &manifests
		return answer, err
	}
	objects, untouched, err := grouped(files, post.Strategy)
	if err != nil {
		return Response{}, err
	}
	if !post.ByHost {
		manifests, err := assemble(objects, untouched, post.Metadata)
		answer.Manifests = &manifests
		return answer, err
	}
	streams, err := objects.streams()
	answer.Streams = &Streams{Streams: streams, Untouched: untouched}
	return answer, err
}

// installable: a library has nothing of its own to install.
func installable(c *chart.Chart) error {
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	return nil
}

// configOf returns the values that the release is stored with; those of the chart become the ones it had when they are reused.
func configOf(c *chart.Chart, request Request) (map[string]any, error) {
	config := request.Values
	if config == nil {
		config = map[string]any{}
	}
	if request.Reuse == nil {
		return config, nil
	}
	before := &chart.Chart{Metadata: &chart.Metadata{Name: c.Name()}, Values: request.Reuse.Values}
	values, err := util.CoalesceValues(before, request.Reuse.Config)
	if err != nil {
		return nil, fmt.Errorf("failed to rebuild old values: %w", err)
	}
	c.Values = values
	return util.CoalesceTables(config, request.Reuse.Config), nil
}

// renderValues is what templates find below `.`; subcharts that are switched off are gone from the chart afterwards.
func renderValues(c *chart.Chart, config map[string]any, request Request) (common.Values, error) {
	if err := chartutil.ProcessDependencies(c, config); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	source.Sort(c)
	capabilities, err := capabilitiesOf(c, request.Capabilities)
	if err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{
		Name: request.Release.Name, Namespace: request.Release.Namespace, Revision: request.Release.Revision,
		IsInstall: request.Release.IsInstall, IsUpgrade: request.Release.IsUpgrade,
	}
	return compose(c, config, options, capabilities, request.SkipSchemaValidation)
}

func capabilitiesOf(c *chart.Chart, request Capabilities) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if request.KubeVersion != "" {
		version, err := common.ParseKubeVersion(request.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid Kubernetes version %q: %w", request.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = request.APIVersions
	if wanted := c.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)
	}
	return capabilities, nil
}
