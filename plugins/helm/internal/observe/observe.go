// Package observe computes what tells whether a release in storage is still the one that was made.
package observe

import (
	"slices"

	chart "helm.sh/helm/v4/pkg/chart/v2"
	release "helm.sh/helm/v4/pkg/release/v1"

	"flux-host/plugins/helm/internal/digest"
	"flux-host/plugins/helm/internal/explain"
)

// Request is the contract's ObserveRequest.
type Request struct {
	Release   release.Release `json:"release"`
	OCIDigest string          `json:"ociDigest"`
	Algorithm string          `json:"algorithm"`
}

// Response is the contract's ObserveResponse.
type Response struct {
	Digest       string `json:"digest"`
	ConfigDigest string `json:"configDigest"`
}

// observation has the fields of a release that count, in the order in which helm-controller writes them.
type observation struct {
	Name          string         `json:"name"`
	Version       int            `json:"version"`
	Info          release.Info   `json:"info"`
	ChartMetadata chart.Metadata `json:"chartMetadata"`
	Config        map[string]any `json:"config"`
	Manifest      string         `json:"manifest"`
	Hooks         []release.Hook `json:"hooks"`
	Namespace     string         `json:"namespace"`
	OCIDigest     string         `json:"ociDigest,omitempty"`
}

// Run computes the digests of a release. Tests may be run at any time, so their hooks do not count.
func Run(request Request) (Response, error) {
	r := request.Release
	seen := observation{Name: r.Name, Version: r.Version, Manifest: r.Manifest, Namespace: r.Namespace, OCIDigest: request.OCIDigest}
	if r.Info != nil {
		seen.Info = *r.Info
	}
	if r.Chart != nil && r.Chart.Metadata != nil {
		seen.ChartMetadata = *r.Chart.Metadata
	}
	if len(r.Config) > 0 {
		seen.Config = r.Config
	}
	for _, hook := range r.Hooks {
		if !slices.Contains(hook.Events, release.HookTest) {
			seen.Hooks = append(seen.Hooks, *hook)
		}
	}
	sum, err := digest.JSON(request.Algorithm, seen)
	if err != nil {
		return Response{}, explain.Fail("", err)
	}
	config, err := digest.Values(request.Algorithm, r.Config)
	if err != nil {
		return Response{}, explain.Fail("", err)
	}
	return Response{Digest: sum, ConfigDigest: config}, nil
}
