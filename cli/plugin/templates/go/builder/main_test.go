package main

import (
	"errors"
	"testing"

	plugin "flux-host/sdk/go"
)

func TestMissingFolderIsTerminal(t *testing.T) {
	var failure *plugin.Failure
	if _, err := render(request{Path: "no/such/folder"}); !errors.As(err, &failure) || !failure.Terminal {
		t.Fatalf("got %v, want a terminal failure", err)
	}
}
