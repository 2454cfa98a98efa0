// Command my-plugin is a source plugin: it fetches one file over HTTPS.
package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"

	plugin "flux-host/sdk/go"
	fluxhttp "flux-host/sdk/go/http"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at.
type request struct {
	Spec struct {
		Config struct {
			URL string `json:"url"`
		} `json:"config"`
	} `json:"spec"`
}

// resolve is called at every interval: where does the remote stand?
//
//go:wasmexport resolve
func resolve() int32 {
	return plugin.Run(func() (any, error) {
		content, _, err := download()
		return map[string]string{"revision": revision(content)}, err
	})
}

// fetch is called only when the revision moved.
//
//go:wasmexport fetch
func fetch() int32 {
	return plugin.Run(func() (any, error) {
		content, name, err := download()
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(path.Join("/out", name), content, 0o644); err != nil {
			return nil, err
		}
		return map[string]string{"revision": revision(content), "message": "fetched " + name}, nil
	})
}

func download() (content []byte, name string, err error) {
	var r request
	if err := plugin.Decode(&r); err != nil {
		return nil, "", err
	}
	address, err := url.Parse(r.Spec.Config.URL)
	if err != nil {
		return nil, "", &plugin.Failure{Message: "config.url: " + err.Error(), Terminal: true}
	}
	response, err := fluxhttp.Client().Get(address.String())
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return nil, "", fmt.Errorf("%s answered with status %d", address, response.StatusCode)
	}
	content, err = io.ReadAll(response.Body)
	name = path.Base(address.Path)
	if name == "/" || name == "." {
		name = "index.yaml"
	}
	return content, name, err
}

func revision(content []byte) string { return fmt.Sprintf("latest@sha256:%x", sha256.Sum256(content)) }
