package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	plugin "flux-host/sdk/go"
)

// manifests gives the Kubernetes objects of a document, which may be one, a list, or a tree of them as Tanka has it.
func manifests(document string) (string, error) {
	var value any
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		return "", err
	}
	var objects []string
	if err := collect(value, "$", &objects); err != nil {
		return "", err
	}
	return strings.Join(objects, "\n---\n"), nil
}

func collect(value any, at string, objects *[]string) error {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		for i, item := range v {
			if err := collect(item, fmt.Sprintf("%s[%d]", at, i), objects); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		if v["apiVersion"] != nil && v["kind"] == "List" {
			return collect(v["items"], at+".items", objects)
		}
		if v["apiVersion"] != nil && v["kind"] != nil {
			text, err := json.Marshal(v)
			*objects = append(*objects, string(text))
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if err := collect(v[name], at+"."+name, objects); err != nil {
				return err
			}
		}
		return nil
	}
	return &plugin.Failure{
		Message:  fmt.Sprintf("%s is %v, and no Kubernetes object", at, value),
		Hint:     "every value has to be an object with apiVersion and kind, or a list or map of such objects",
		Terminal: true,
	}
}
