package main

import (
	"errors"
	"testing"

	plugin "flux-host/sdk/go"
)

func TestEntryWithoutAddressIsTerminal(t *testing.T) {
	var failure *plugin.Failure
	if _, err := unwrap(request{Service: "my-plugin"}); !errors.As(err, &failure) || !failure.Terminal {
		t.Fatalf("got %v, want a terminal failure", err)
	}
}
