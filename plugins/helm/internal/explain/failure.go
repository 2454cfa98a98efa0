// Package explain makes failures of Helm readable for the person who reads the condition.
package explain

import (
	"errors"
	"io/fs"
	"strings"

	plugin "flux-host/sdk/go"
)

// Reasons as Flux's controllers have them in conditions.
const (
	ChartReference   = "InvalidChartReference"
	MetadataPatch    = "MetadataPatchError"
	ValuesFiles      = "ValuesFilesError"
	DependencyBuild  = "DependencyBuildError"
	ChartPackage     = "ChartPackageError"
	mount            = "/in/"
	hintNoChart      = "set spec.chart to a folder of the source with a Chart.yaml"
	hintVersionPatch = "the version in Chart.yaml has to be a semantic version"
)

// Fail makes a failure that will not go away by itself: the same chart fails again.
func Fail(reason string, err error) *plugin.Failure {
	failure := plugin.Fail(reason, clean(err))
	failure.Terminal = true
	failure.Hint = hintOf(reason, err)
	return failure
}

func hintOf(reason string, err error) string {
	switch {
	case reason == ChartReference && errors.Is(err, fs.ErrNotExist):
		return hintNoChart
	case reason == MetadataPatch:
		return hintVersionPatch
	}
	return ""
}

// cleaned says paths relative to the source, and keeps what was wrong in the chain.
type cleaned struct {
	text  string
	cause error
}

func (c *cleaned) Error() string { return c.text }

func (c *cleaned) Unwrap() error { return c.cause }

func clean(err error) error {
	return &cleaned{text: strings.ReplaceAll(err.Error(), mount, ""), cause: err}
}
