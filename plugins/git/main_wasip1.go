package main

import (
	"context"
	"runtime/debug"

	plugin "flux-host/sdk/go"
	"flux-host/sdk/go/http"
	"flux-host/sdk/go/tcp"

	"flux-host/plugins/git/internal/signature"
	"flux-host/plugins/git/internal/source"
)

// A module's memory never shrinks, and every thread that fetches has its own: half the usual garbage is worth a little time.
func init() { debug.SetGCPercent(50) }

// An instance serves one namespace only, and the next call may ask the same servers.
var openings source.Openings

//go:wasmexport resolve
func resolve() int32 { return run(source.Resolve) }

//go:wasmexport fetch
func fetch() int32 { return run(source.Fetch) }

//go:wasmexport verify
func verify() int32 {
	return plugin.Run(func() (any, error) {
		var request signature.Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return signature.Verify(request)
	})
}

func run[Response any](call func(context.Context, source.Host, source.Request) (Response, error)) int32 {
	return plugin.Run(func() (any, error) {
		var request source.Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return call(context.Background(), host(), request)
	})
}

func host() source.Host {
	out := &source.Folder{Root: "/out", Chmod: plugin.Chmod}
	return source.Host{
		HTTP:     &http.Transport{},
		Openings: &openings,
		Dial:     tcp.Dial,
		Create:   out.Create,
		Mkdir:    out.Mkdir,
		Log:      func(message string) { plugin.Log(plugin.LevelInfo, message) },
	}
}
