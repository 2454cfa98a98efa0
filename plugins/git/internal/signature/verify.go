// Package signature checks the signatures of Git objects: OpenPGP and SSH.
package signature

import (
	"errors"
	"fmt"
	"strings"

	plugin "flux-host/sdk/go"
)

// Request is the message of the contract: see VerifyRequest.
type Request struct {
	Type      string   `json:"type"`
	Signature string   `json:"signature"`
	Payload   []byte   `json:"payload"`
	Keys      []string `json:"keys"`
}

// Response says which key signed.
type Response struct {
	Key string `json:"key"`
}

// Verify checks one signature against the trusted keys; failures are in the words of Flux.
func Verify(request Request) (Response, error) {
	signature := strings.TrimSpace(request.Signature)
	switch {
	case signature == "":
		return Response{}, failed(errors.New("unable to verify payload: signature is empty"), "sign the commit or tag before it is pushed")
	case len(request.Payload) == 0:
		return Response{}, failed(errors.New("unable to verify payload: payload is empty"), "")
	}
	switch request.Type {
	case "openpgp":
		return verifyPGP(signature, request.Payload, request.Keys)
	case "ssh":
		return verifySSH(signature, request.Payload, request.Keys)
	}
	return Response{}, failed(fmt.Errorf("unsupported signature type: %s", request.Type), "sign with OpenPGP or SSH keys")
}

func failed(cause error, hint string) error {
	return &plugin.Failure{Message: cause.Error(), Hint: hint}
}
