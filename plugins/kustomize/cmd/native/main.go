//go:build !wasip1

// Command native runs plain kustomize as the plugin does, without a sandbox and without parts, to compare times and outputs:
//
//	native ROOT PATH SECONDS
//
// It builds PATH below ROOT until SECONDS are over, at least once, and prints the milliseconds of each run and the
// digest of the output as JSON.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"flux-host/plugins/kustomize/internal/build"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: native ROOT PATH SECONDS")
	}
	seconds, err := strconv.ParseFloat(args[2], 64)
	if err != nil {
		return err
	}
	var result struct {
		Ms     []float64 `json:"ms"`
		Digest string    `json:"digest"`
	}
	for began := time.Now(); len(result.Ms) == 0 || time.Since(began).Seconds() < seconds; {
		start := time.Now()
		response, err := build.Whole(build.Request{Path: args[1]}, func(string) string { return args[0] })
		if err != nil {
			return err
		}
		result.Ms = append(result.Ms, float64(time.Since(start).Microseconds())/1000)
		digest := sha256.Sum256([]byte(*response.Resources))
		result.Digest = hex.EncodeToString(digest[:])
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
