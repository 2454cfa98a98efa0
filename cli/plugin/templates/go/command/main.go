// Command my-plugin is a command plugin: flux my-plugin counts the Kubernetes objects in the current folder by kind.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	plugin "flux-host/sdk/go"
)

// A plugin is a library: main is never called.
func main() {}

type request struct {
	Args []string `json:"args"`
}

type response struct {
	Stdout   string `json:"stdout,omitempty"`
	Stderr   string `json:"stderr,omitempty"`
	ExitCode int    `json:"exitCode"`
}

var (
	manifest = regexp.MustCompile(`\.ya?ml$`)
	kind     = regexp.MustCompile(`(?m)^kind: *(\w+)`)
)

// run runs on the user's machine, in the sandbox: it reads the current folder at /in, and nothing else.
//
//go:wasmexport run
func run() int32 {
	return plugin.Run(func() (any, error) {
		var r request
		if err := plugin.Decode(&r); err != nil {
			return nil, err
		}
		if len(r.Args) > 0 {
			words := strings.Join(r.Args, " ")
			return response{Stderr: fmt.Sprintf("my-plugin takes no arguments, and got %s\n", words), ExitCode: 1}, nil
		}
		return count()
	})
}

func count() (any, error) {
	counts := map[string]int{}
	err := filepath.WalkDir("/in", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !manifest.MatchString(file) {
			return err
		}
		content, err := os.ReadFile(file)
		for _, match := range kind.FindAllStringSubmatch(string(content), -1) {
			counts[match[1]]++
		}
		return err
	})
	var lines []string
	for name, number := range counts {
		lines = append(lines, fmt.Sprintf("%d %s\n", number, name))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(word(a), word(b)) })
	return response{Stdout: strings.Join(lines, "")}, err
}

func word(line string) string { return line[strings.Index(line, " ")+1:] }
