package main

import "testing"

func TestRevisionFollowsContent(t *testing.T) {
	const want = "latest@sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
	if got := revision([]byte("a")); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}
