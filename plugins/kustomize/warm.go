//go:build wasip1 && prewarm

package main

import (
	"runtime"

	"flux-host/plugins/kustomize/internal/build"
)

// With this build tag the module comes up with everything that kustomize makes lazily (the OpenAPI schema above all), to be
// kept by the pre-initialisation step. Two collections, of which scrub does the second: it frees what the first one's finalisers held.
func init() {
	if err := build.Warm(); err != nil {
		panic(err)
	}
	runtime.GC()
	scrub()
}
