// Package digest computes the digests that are in the status of a HelmRelease: those of Go's encoders, byte by byte.
package digest

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"sort"

	yaml2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

func hashOf(algorithm string) (string, hash.Hash, error) {
	switch algorithm {
	case "", "sha256":
		return "sha256", sha256.New(), nil
	case "sha1":
		return "sha1", sha1.New(), nil
	case "sha384":
		return "sha384", sha512.New384(), nil
	case "sha512":
		return "sha512", sha512.New(), nil
	}
	return "", nil, fmt.Errorf("there is no digest algorithm %q", algorithm)
}

// JSON is the digest of a value as Go's encoder writes it.
func JSON(algorithm string, value any) (string, error) {
	name, sum, err := hashOf(algorithm)
	if err != nil {
		return "", err
	}
	if err := json.NewEncoder(sum).Encode(value); err != nil {
		return "", err
	}
	return name + ":" + hex.EncodeToString(sum.Sum(nil)), nil
}

// Values is the digest of values as YAML with sorted keys; that of nothing when there are none.
func Values(algorithm string, values map[string]any) (string, error) {
	name, sum, err := hashOf(algorithm)
	if err != nil {
		return "", err
	}
	if len(values) > 0 {
		if err := encode(sum, values); err != nil {
			return "", err
		}
	}
	return name + ":" + hex.EncodeToString(sum.Sum(nil)), nil
}

func encode(sum hash.Hash, values map[string]any) error {
	object := yaml.JSONObjectToYAMLObject(values)
	sorted(object)
	return yaml2.NewEncoder(sum).Encode(object)
}

// sorted puts keys into their order. helm-controller leaves out maps in lists of lists, whose keys then come in a random order.
func sorted(value any) {
	switch v := value.(type) {
	case yaml2.MapSlice:
		sort.Slice(v, func(i, j int) bool { return key(v[i]) < key(v[j]) })
		for _, item := range v {
			sorted(item.Value)
		}
	case []any:
		for _, each := range v {
			sorted(each)
		}
	}
}

func key(item yaml2.MapItem) string {
	text, _ := item.Key.(string)
	return text
}
