//go:build wasip1

// Command decryptor-pgp is the decryptor plugin for OpenPGP: it unwraps data keys of SOPS files with the private keys of the decryption Secret.
package main

import (
	plugin "flux-host/sdk/go"

	"flux-host/plugins/decryptor-pgp/internal/unwrap"
)

func main() {}

//go:wasmexport decrypt
func decryptExport() int32 {
	return plugin.Run(func() (any, error) {
		var request unwrap.Request
		if err := plugin.Decode(&request); err != nil {
			return nil, err
		}
		return unwrap.Run(request)
	})
}
