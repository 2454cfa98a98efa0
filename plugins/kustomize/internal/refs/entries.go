package refs

import (
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// folders calls visit with every entry that may name a folder (or a file, for resources), in the order in which kustomize
// reads them. visit returns what the entry becomes.
func folders(k *types.Kustomization, visit func(field, entry string) (string, error)) error {
	for _, list := range []struct {
		field   string
		entries []string
	}{
		{"resource", k.Resources},
		{"generator", k.Generators},
		{"transformer", k.Transformers},
		{"validator", k.Validators},
		{"component", k.Components},
	} {
		for i, entry := range list.entries {
			if strings.Contains(entry, "\n") {
				continue // generators, transformers and validators may be inline
			}
			replaced, err := visit(list.field, entry)
			if err != nil {
				return err
			}
			list.entries[i] = replaced
		}
	}
	return nil
}

// urls calls visit with every entry that names a single file and is a URL.
func urls(k *types.Kustomization, visit func(url string) string) {
	one := func(entry *string) {
		if isURL(*entry) && !strings.Contains(*entry, "\n") {
			*entry = visit(*entry)
		}
	}
	list := func(entries []string) {
		for i := range entries {
			one(&entries[i])
		}
	}
	list(k.Crds)
	list(k.Configurations)
	for i := range k.Patches {
		one(&k.Patches[i].Path)
	}
	for i := range k.PatchesJson6902 {
		one(&k.PatchesJson6902[i].Path)
	}
	for i := range k.PatchesStrategicMerge {
		one((*string)(&k.PatchesStrategicMerge[i]))
	}
	for i := range k.Replacements {
		one(&k.Replacements[i].Path)
	}
	if schema := k.OpenAPI["path"]; isURL(schema) {
		k.OpenAPI["path"] = visit(schema)
	}
	for i := range k.ConfigMapGenerator {
		sources(&k.ConfigMapGenerator[i].KvPairSources, visit)
	}
	for i := range k.SecretGenerator {
		sources(&k.SecretGenerator[i].KvPairSources, visit)
	}
}

func sources(s *types.KvPairSources, visit func(url string) string) {
	for i, entry := range s.EnvSources {
		if isURL(entry) {
			s.EnvSources[i] = visit(entry)
		}
	}
	for i, entry := range s.FileSources {
		key, source, named := strings.Cut(entry, "=")
		switch {
		case named && isURL(source):
			s.FileSources[i] = key + "=" + visit(source)
		case isURL(entry):
			s.FileSources[i] = visit(entry)
		}
	}
}
