//go:build wasip1

// Command helm is the chart plugin `helm`: Helm's own loader, values, template engine and archive writer, without a cluster.
package main

import (
	plugin "flux-host/sdk/go"

	"flux-host/plugins/helm/internal/inspect"
	"flux-host/plugins/helm/internal/observe"
	"flux-host/plugins/helm/internal/pack"
	"flux-host/plugins/helm/internal/render"
	"flux-host/plugins/helm/internal/values"
)

func main() {}

//go:wasmexport inspect
func inspectExport() int32 { return run(inspect.Run) }

//go:wasmexport package
func packageExport() int32 { return run(pack.Run) }

//go:wasmexport render
func renderExport() int32 { return run(render.Run) }

//go:wasmexport assemble
func assembleExport() int32 { return run(render.Assemble) }

//go:wasmexport compose
func composeExport() int32 { return run(values.Run) }

//go:wasmexport observe
func observeExport() int32 { return run(observe.Run) }

func run[Request, Response any](call func(Request) (Response, error)) int32 {
	return plugin.Run(func() (any, error) {
		var request Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return call(request)
	})
}
