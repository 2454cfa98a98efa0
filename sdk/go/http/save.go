package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"flux-host/sdk/go/internal/abi"
)

// SaveOptions say what a saved body has to be and what is to be done with it.
type SaveOptions struct {
	// Digest is "sha256:…" or "sha512:…" of the body as it comes over the wire.
	Digest string `json:"digest,omitempty"`
	// Unpack is "tar" or "tar+gzip" for an archive. Links in it are left out; what is neither file, folder nor link is a failure.
	Unpack string `json:"unpack,omitempty"`
	// MaxBytes is the largest body as it comes over the wire; 0 is no limit of its own.
	MaxBytes int64 `json:"maxBytes,omitempty"`
}

// Saved describes a body as it came over the wire.
type Saved struct {
	Size   int64  `json:"size"`
	Digest string `json:"digest"`
}

// Save has the host write the body of a response of a Transport below /out, so that it takes none of the plugin's memory: to the
// file at path, or with Unpack to the folder. Nothing may have been read from the body before; it is closed afterwards. What was written stays
// when Save fails, so the call has to fail as well.
func Save(response *http.Response, path string, options SaveOptions) (Saved, error) {
	var saved Saved
	b, ok := response.Body.(*body)
	if !ok {
		return saved, errors.New("only the body of a response that came through the host can be saved")
	}
	if b.done != nil && !errors.Is(b.done, io.EOF) {
		return saved, b.done
	}
	request, err := json.Marshal(struct {
		Path string `json:"path"`
		SaveOptions
	}{path, options})
	if err != nil {
		return saved, err
	}
	defer b.Close()
	answer, err := abi.HTTPSave(b.handle, request)
	if err != nil {
		return saved, err
	}
	if err := json.Unmarshal(answer, &saved); err != nil {
		return saved, fmt.Errorf("%s: the host's answer is not JSON: %w", path, err)
	}
	return saved, nil
}
