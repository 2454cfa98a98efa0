package main

import (
	"reflect"
	"testing"
)

func TestHighestVersionByNumber(t *testing.T) {
	got, err := highest(request{Image: "app", Tags: []string{"1.9.0", "1.10.0", "latest", "2.0.0-rc.1"}})
	want := map[string]string{"tag": "1.10.0", "why": "the highest of 2 versions"}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %v, %v, want %v", got, err, want)
	}
}

func TestNoTagFits(t *testing.T) {
	if _, err := highest(request{Tags: []string{"latest"}}); err == nil {
		t.Fatal("got no error")
	}
}
