// Nats is the NATS server.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/nats-io/nats-server/v2/server"

	"flux-host/test/servers/internal/lifeline"
)

func main() {
	flags := flag.NewFlagSet("nats", flag.ExitOnError)
	options, err := server.ConfigureOptions(flags, os.Args[1:], server.PrintServerAndExit, flags.Usage, server.PrintTLSHelpAndDie)
	if err == nil {
		err = run(options)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(options *server.Options) error {
	nats, err := server.NewServer(options)
	if err != nil {
		return err
	}
	lifeline.Hold()
	nats.ConfigureLogger()
	if err := server.Run(nats); err != nil {
		return err
	}
	nats.WaitForShutdown()
	return nil
}
