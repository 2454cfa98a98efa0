// Cosign is the cosign command line without the plugins for cloud key services.
package main

import (
	"log"

	"github.com/sigstore/cosign/v3/cmd/cosign/cli"
)

func main() {
	if err := cli.New().Execute(); err != nil {
		log.Fatalf("error: %v", err)
	}
}
