// Package unwrap decrypts OpenPGP messages that hold data keys of SOPS files.
package unwrap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"

	plugin "flux-host/sdk/go"
)

// Request is what the host sends: see DecryptRequest in the contract.
type Request struct {
	Key struct {
		Enc         string `json:"enc"`
		Fingerprint string `json:"fp"`
	} `json:"key"`
	Secret struct {
		Keys []byte `json:"keys.asc"`
	} `json:"secret"`
}

// Response is what the host gets. Bytes are base64 in JSON.
type Response struct {
	DataKey []byte `json:"dataKey"`
}

// A data key has 32 bytes, a part of one 33.
const mostBytes = 1024

const header = "-----BEGIN PGP PRIVATE KEY BLOCK-----"

// Run unwraps one data key.
func Run(request Request) (*Response, error) {
	if request.Key.Enc == "" {
		return nil, fail("the entry has no wrapped data key (enc)")
	}
	ring, err := keyRing(request.Secret.Keys)
	if err != nil {
		return nil, err
	}
	block, err := armor.Decode(strings.NewReader(request.Key.Enc))
	if err != nil {
		return nil, fail("the wrapped data key is no armoured OpenPGP message")
	}
	message, err := openpgp.ReadMessage(block.Body, ring, nil, nil)
	if err != nil {
		return nil, unreadable(request.Key.Fingerprint, err)
	}
	// Nobody signs data keys; that the message is whole is checked at its end.
	plain, err := io.ReadAll(io.LimitReader(message.UnverifiedBody, mostBytes+1))
	if err != nil {
		return nil, fail(fmt.Sprintf("the wrapped data key was changed: %v", err))
	}
	if len(plain) > mostBytes {
		return nil, fail("the OpenPGP message holds more than a data key")
	}
	return &Response{DataKey: plain}, nil
}

// keyRing reads every armoured block of the Secret's entries.
func keyRing(text []byte) (openpgp.EntityList, error) {
	var ring openpgp.EntityList
	for _, part := range strings.Split(string(text), header)[1:] {
		entities, err := openpgp.ReadArmoredKeyRing(bytes.NewReader([]byte(header + part)))
		if err != nil {
			return nil, fail("an OpenPGP key of the decryption Secret cannot be read: " + err.Error())
		}
		ring = append(ring, entities...)
	}
	if len(ring) == 0 {
		return nil, &plugin.Failure{
			Message: "there are no OpenPGP keys",
			Hint:    "add the armoured private key to the decryption Secret, under a name that ends in .asc",
		}
	}
	return ring, nil
}

func unreadable(fingerprint string, err error) error {
	if errors.Is(err, pgperrors.ErrKeyIncorrect) {
		return &plugin.Failure{
			Message: fmt.Sprintf("no private key for %s, or it is protected by a passphrase", fingerprint),
			Hint:    "add the armoured private key without a passphrase to the decryption Secret, under a name that ends in .asc",
		}
	}
	return fail(fmt.Sprintf("the wrapped data key cannot be decrypted: %v", err))
}

func fail(message string) error { return &plugin.Failure{Message: message} }
