// Command my-plugin is a decryptor plugin: it has the data keys of SOPS files unwrapped by a key service.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	plugin "flux-host/sdk/go"
	fluxhttp "flux-host/sdk/go/http"
)

// A plugin is a library: main is never called.
func main() {}

// One entry of the file's sops metadata; the file itself stays with the host.
type request struct {
	Service string `json:"service"`
	Key     struct {
		Address string `json:"address"`
		Enc     string `json:"enc"`
	} `json:"key"`
}

//go:wasmexport decrypt
func decrypt() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return unwrap(r)
	})
}

func unwrap(r request) (any, error) {
	if r.Key.Address == "" || r.Key.Enc == "" {
		return nil, &plugin.Failure{
			Message:  fmt.Sprintf("the %s entry has no address or no wrapped key", r.Service),
			Terminal: true,
		}
	}
	body, err := json.Marshal(map[string]string{"ciphertext": r.Key.Enc})
	if err != nil {
		return nil, err
	}
	response, err := fluxhttp.Client().Post(r.Key.Address+"/v1/unwrap", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return nil, fmt.Errorf("the key service answered with status %d", response.StatusCode)
	}
	var answer struct {
		Plaintext string `json:"plaintext"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Plaintext == "" {
		return nil, fmt.Errorf("the key service gave no key")
	}
	return map[string]string{"dataKey": answer.Plaintext}, nil
}
