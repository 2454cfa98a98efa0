// Command my-plugin is a notifier plugin: it posts a line of text for each event to the address of the Provider.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	plugin "flux-host/sdk/go"
	fluxhttp "flux-host/sdk/go/http"
)

// A plugin is a library: main is never called.
func main() {}

// The part of the request that this plugin looks at.
type request struct {
	Event struct {
		InvolvedObject struct {
			Kind      string `json:"kind"`
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
		} `json:"involvedObject"`
		Severity string `json:"severity"`
		Message  string `json:"message"`
	} `json:"event"`
	Provider struct {
		Address string `json:"address"`
		Channel string `json:"channel"`
		Config  struct {
			Prefix string `json:"prefix"`
		} `json:"config"`
	} `json:"provider"`
	Message string `json:"message"`
}

//go:wasmexport notify
func notify() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		return struct{}{}, send(r)
	})
}

func send(r request) error {
	if r.Provider.Address == "" {
		return &plugin.Failure{Message: "the Provider has no address", Hint: "set spec.address", Terminal: true}
	}
	text := r.Message
	if text == "" {
		object := r.Event.InvolvedObject
		text = fmt.Sprintf("%s/%s/%s: %s", object.Kind, object.Namespace, object.Name, r.Event.Message)
	}
	body, err := json.Marshal(map[string]string{
		"text":     r.Provider.Config.Prefix + text,
		"channel":  r.Provider.Channel,
		"severity": r.Event.Severity,
	})
	if err != nil {
		return err
	}
	response, err := fluxhttp.Client().Post(r.Provider.Address, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 300 {
		return nil
	}
	return &plugin.Failure{
		Message: fmt.Sprintf("the service answered with status %d", response.StatusCode),
		// What the service will never take is not sent again; the host tries everything else later.
		Terminal: response.StatusCode == http.StatusBadRequest,
	}
}
