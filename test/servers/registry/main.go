// Registry is the OCI registry of the distribution project with the parts that tests use: it keeps its content in
// memory, and lets in everyone, password holders or token holders. "registry hash PASSWORD" prints what a password
// file needs.
package main

import (
	"fmt"
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"golang.org/x/crypto/bcrypt"

	"flux-host/test/servers/internal/lifeline"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 2 && args[0] == "hash" {
		hash, err := bcrypt.GenerateFromPassword([]byte(args[1]), bcrypt.MinCost)
		fmt.Println(string(hash))
		return err
	}
	lifeline.Hold()
	return registry.RootCmd.Execute()
}
