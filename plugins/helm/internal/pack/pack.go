// Package pack makes chart archives, as source-controller does for a HelmChart.
package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"

	"flux-host/plugins/helm/internal/explain"
	"flux-host/plugins/helm/internal/source"
)

// Request is the contract's PackageRequest.
type Request struct {
	Chart           string            `json:"chart"`
	VersionMetadata string            `json:"versionMetadata"`
	ValuesFiles     *ValuesFiles      `json:"valuesFiles"`
	Dependencies    map[string]string `json:"dependencies"`
}

// Response is the contract's PackageResponse: packaged, as it was, or dependencies to fetch first.
type Response struct {
	Name         string              `json:"name,omitempty"`
	Version      string              `json:"version,omitempty"`
	File         string              `json:"file,omitempty"`
	ValuesFiles  []string            `json:"valuesFiles,omitempty"`
	Resolved     int                 `json:"resolved,omitempty"`
	Dependencies []*chart.Dependency `json:"dependencies,omitempty"`
}

// Out is where archives are written. Tests have it elsewhere.
var Out = "/out"

// Run packages a chart. An archive of which nothing is to be changed is not packaged again: the answer has no file then.
func Run(request Request) (Response, error) {
	at := source.At(request.Chart)
	isDir, err := source.IsDir(at)
	if err != nil {
		return Response{}, explain.Fail(explain.ChartReference, fmt.Errorf("no chart at '%s': %w", request.Chart, err))
	}
	metadata, err := source.Metadata(at)
	if errors.Is(err, fs.ErrNotExist) {
		return Response{}, explain.Fail(explain.ChartReference, fmt.Errorf("no chart at '%s': it has no Chart.yaml: %w", request.Chart, fs.ErrNotExist))
	}
	if err != nil {
		return Response{}, explain.Fail(explain.ChartReference, err)
	}
	version, err := versionWith(metadata.Version, request.VersionMetadata)
	if err != nil {
		return Response{}, explain.Fail(explain.MetadataPatch, err)
	}
	answer := Response{Name: metadata.Name, Version: version}
	if !isDir && request.VersionMetadata == "" && !request.ValuesFiles.wanted() {
		return answer, nil
	}
	c, err := source.Load(at)
	if err != nil {
		return Response{}, explain.Fail(explain.ChartPackage, err)
	}
	c.Metadata.Version = version
	if answer.ValuesFiles, err = request.ValuesFiles.apply(c); err != nil {
		return Response{}, explain.Fail(explain.ValuesFiles, err)
	}
	if isDir {
		wanted, resolved, err := addDependencies(c, request)
		if err != nil {
			return Response{}, explain.Fail(explain.DependencyBuild, err)
		}
		if len(wanted) > 0 {
			return Response{Dependencies: wanted}, nil
		}
		answer.Resolved = resolved
	}
	file, err := save(c)
	if err != nil {
		return Response{}, explain.Fail(explain.ChartPackage, err)
	}
	answer.File = path.Base(file)
	return answer, nil
}

// versionWith adds build metadata to a version.
func versionWith(version, metadata string) (string, error) {
	if metadata == "" {
		return version, nil
	}
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return "", fmt.Errorf("failed to parse version from chart metadata as SemVer: %w", err)
	}
	patched, err := parsed.SetMetadata(metadata)
	if err != nil {
		return "", fmt.Errorf("failed to set SemVer metadata on chart version: %w", err)
	}
	return patched.String(), nil
}

// save writes the archive with Helm's own writer. All files get the same time, so that the same chart gives the same bytes.
func save(c *chart.Chart) (string, error) {
	source.Sort(c)
	setTime(c, time.Unix(0, 0).UTC())
	return chartutil.Save(c, Out)
}

func setTime(c *chart.Chart, at time.Time) {
	c.ModTime, c.SchemaModTime = at, at
	for _, file := range c.Raw {
		file.ModTime = at
	}
	for _, file := range c.Templates {
		file.ModTime = at
	}
	for _, file := range c.Files {
		file.ModTime = at
	}
	if c.Lock != nil && c.Lock.Generated.IsZero() {
		c.Lock.Generated = at
	}
	for _, each := range c.Dependencies() {
		setTime(each, at)
	}
}
