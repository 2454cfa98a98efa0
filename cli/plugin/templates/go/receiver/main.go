// Command my-plugin is a receiver plugin: it takes webhooks that are signed with HMAC-SHA256.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	plugin "flux-host/sdk/go"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at. Bytes travel as base64, as encoding/json reads them.
type request struct {
	Headers map[string][]string `json:"headers"`
	Body    []byte              `json:"body"`
	Secret  map[string][]byte   `json:"secret"`
}

//go:wasmexport receive
func receive() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return check(r)
	})
}

func check(r request) (any, error) {
	token, hasToken := r.Secret["token"]
	signature := first(r.Headers["x-signature"])
	if signature == "" && hasToken {
		return nil, &plugin.Failure{
			Message: "the webhook is not signed", Hint: "send the header X-Signature", Terminal: true,
		}
	}
	mac := hmac.New(sha256.New, token)
	mac.Write(r.Body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if signature != "" && !hmac.Equal([]byte(signature), []byte(expected)) {
		return nil, &plugin.Failure{Message: "the signature is not right", Terminal: true}
	}
	if !json.Valid(r.Body) {
		return nil, &plugin.Failure{Message: "the body is not JSON", Terminal: true}
	}
	event := first(r.Headers["x-event"])
	if event == "" {
		event = "push"
	}
	// event is compared with spec.events of the Receiver; payload is req of its filters.
	return map[string]any{"event": event, "payload": json.RawMessage(r.Body)}, nil
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
