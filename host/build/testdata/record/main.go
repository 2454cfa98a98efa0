// Command record runs inputs through the Go libraries that Flux uses and prints what they make of them:
//
//	go run . envsubst < ../envsubst.json > new.json
//	go run . yaml < ../yaml.json > new.json
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/envsubst"
	"sigs.k8s.io/yaml"
)

type substitution struct {
	Input  string            `json:"input"`
	Vars   map[string]string `json:"vars"`
	Strict bool              `json:"strict"`
	Output *string           `json:"output,omitempty"`
	Error  string            `json:"error,omitempty"`
}

type document struct {
	YAML  string          `json:"yaml"`
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "envsubst" {
		record(func(s *substitution) {
			s.Output, s.Error = nil, ""
			output, err := envsubst.Eval(s.Input, func(name string) (string, bool) {
				value, ok := s.Vars[name]
				return value, ok || !s.Strict
			})
			if err != nil {
				s.Error = err.Error()
				return
			}
			s.Output = &output
		})
		return
	}
	record(func(d *document) {
		d.JSON, d.Error = nil, ""
		converted, err := yaml.YAMLToJSON([]byte(d.YAML))
		if err != nil {
			d.Error = err.Error()
			return
		}
		d.JSON = converted
	})
}

func record[T any](run func(*T)) {
	var cases []T
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("[")
	for i := range cases {
		run(&cases[i])
		line, err := json.Marshal(cases[i])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		end := ","
		if i == len(cases)-1 {
			end = ""
		}
		fmt.Println(string(line) + end)
	}
	fmt.Println("]")
}
