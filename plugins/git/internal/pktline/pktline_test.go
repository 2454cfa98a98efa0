package pktline_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"flux-host/plugins/git/internal/pktline"
)

func TestFramesOfAnySizeAreReadOneAfterTheOther(t *testing.T) {
	var in strings.Builder
	sizes := []int{1, 200, 10, 5000, 100, pktline.MaxPayload, 3}
	for _, size := range sizes {
		fmt.Fprintf(&in, "%04x%s", size+4, strings.Repeat("x", size))
	}
	in.WriteString("0000rest")
	r := pktline.NewReader(strings.NewReader(in.String()))
	for _, size := range sizes {
		if kind, payload, err := r.Next(); kind != pktline.Data || len(payload) != size || err != nil {
			t.Fatalf("%d bytes instead of %d: %v", len(payload), size, err)
		}
	}
	if kind, _, err := r.Next(); kind != pktline.Flush || err != nil {
		t.Errorf("kind %d, %v", kind, err)
	}
	if rest, err := io.ReadAll(r.Rest()); string(rest) != "rest" || err != nil {
		t.Errorf("rest %q, %v", rest, err)
	}
}

func TestTheEndIsToldFromMore(t *testing.T) {
	for text, want := range map[string]bool{"0000": true, "00000000": false} {
		r := pktline.NewReader(strings.NewReader(text))
		if _, _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if r.AtEnd() != want {
			t.Errorf("%q: at the end %v instead of %v", text, !want, want)
		}
	}
}

func TestFramesThatAreNoneAreErrors(t *testing.T) {
	for _, text := range []string{"zzzz", "0003", "fff1", "000", "0005", "0009abc"} {
		if _, _, err := pktline.NewReader(strings.NewReader(text)).Next(); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
