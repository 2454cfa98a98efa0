package main

import "testing"

func TestKindsAreFoundAtTheBeginningOfLines(t *testing.T) {
	found := kind.FindAllStringSubmatch("kind: Pod\n  kind: Nested\n---\nkind:  Service\n", -1)
	if len(found) != 2 || found[0][1] != "Pod" || found[1][1] != "Service" {
		t.Fatalf("got %v", found)
	}
}
