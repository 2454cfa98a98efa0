//go:build wasip1

// Command kustomize is the builder plugin `kustomize`: the real kustomize, fed as Flux's kustomize-controller feeds it.
package main

import (
	plugin "flux-host/sdk/go"

	"flux-host/plugins/kustomize/internal/build"
)

func main() {}

// mounted: the host mounts everything under the path that the request names.
func mounted(mount string) string { return mount }

//go:wasmexport build
func buildExport() int32 {
	return plugin.Run(func() (any, error) {
		var request build.Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return build.Run(request, mounted)
	})
}

// generate takes the same request and answers the kustomization.yaml that build would use.
//
//go:wasmexport generate
func generateExport() int32 {
	return plugin.Run(func() (any, error) {
		var request build.Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return build.Generate(request, mounted)
	})
}
