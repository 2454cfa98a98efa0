// Referrers is the registry of go-containerregistry, which has the referrers API of the distribution spec 1.1. It
// listens on the port that its only argument names and keeps its content in memory.
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"

	"flux-host/test/servers/internal/lifeline"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: referrers PORT")
		os.Exit(2)
	}
	lifeline.Hold()
	handler := registry.New(registry.WithReferrersSupport(true))
	if err := http.ListenAndServe("127.0.0.1:"+os.Args[1], handler); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
