package main

import (
	"errors"
	"testing"

	plugin "flux-host/sdk/go"
)

func TestProviderWithoutAddressIsTerminal(t *testing.T) {
	var failure *plugin.Failure
	if err := send(request{}); !errors.As(err, &failure) || !failure.Terminal {
		t.Fatalf("got %v, want a terminal failure", err)
	}
}
