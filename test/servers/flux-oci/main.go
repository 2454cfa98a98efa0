// Flux-oci pushes and pulls artifacts with Flux's own library, as `flux push artifact` and `flux pull artifact` do. The command line itself cannot be
// built from its module: what it embeds is not in there.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/fluxcd/pkg/oci"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx := context.Background()
	client := oci.NewClient(oci.DefaultOptions())
	switch {
	case len(args) >= 5 && args[0] == "push":
		url, path, source, revision := args[1], args[2], args[3], args[4]
		metadata := oci.Metadata{Source: source, Revision: revision}
		digest, err := client.Push(ctx, url, path, oci.WithPushMetadata(metadata), oci.WithPushIgnorePaths(args[5:]...))
		if err != nil {
			return err
		}
		fmt.Println(digest[strings.LastIndex(digest, "@")+1:])
		return nil
	case len(args) == 3 && args[0] == "pull":
		metadata, err := client.Pull(ctx, args[1], args[2])
		if err != nil {
			return err
		}
		fmt.Println(metadata.Source, metadata.Revision, metadata.Digest)
		return nil
	default:
		return fmt.Errorf("usage: flux-oci push URL PATH SOURCE REVISION [IGNORED…] | pull URL DIR")
	}
}
