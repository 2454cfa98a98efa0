package render

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// Ways to post-render, as in the API of HelmRelease.
const (
	combined = "combined"
	separate = "separate"
	noHooks  = "nohooks"
)

// Groups of objects that are post-rendered together.
const (
	allGroup       = ""
	hooksGroup     = "hooks"
	manifestsGroup = "manifests"
)

// fileAnnotation tells during post-rendering which template an object is of. Helm's own name for it.
const fileAnnotation = "postrenderer.helm.sh/postrender-filename"

// PostRender says what happens to objects after the templates.
type PostRender struct {
	Strategy string `json:"strategy"`
	// ByHost: the host changes the streams and calls `assemble` with them.
	ByHost bool `json:"byHost"`
	// Metadata is added to all objects, one after the other.
	Metadata []Metadata `json:"metadata"`
}

// Streams are what is to be post-rendered, and what is left alone.
type Streams struct {
	Streams map[string]string `json:"streams"`
	// Untouched has files that are not post-rendered, by path.
	Untouched map[string]string `json:"untouched,omitempty"`
}

// groups are the objects that are post-rendered together, each with a note of the file that it is of.
type groups map[string][]object

// grouped parts the files of a render as the strategy says; untouched are those that are not post-rendered.
func grouped(files map[string]string, strategy string) (found groups, untouched map[string]string, err error) {
	parts := map[string]map[string]string{allGroup: files}
	switch strategy {
	case combined, "":
	case separate, noHooks:
		hooks, manifests, err := split(files)
		if err != nil {
			return nil, nil, err
		}
		parts = map[string]map[string]string{manifestsGroup: manifests}
		if strategy == separate {
			parts[hooksGroup] = hooks
		} else {
			untouched = hooks
		}
	default:
		return nil, nil, fmt.Errorf("unknown post-render strategy: '%s'", strategy)
	}
	found = groups{}
	for name, part := range parts {
		if found[name], err = merge(part); err != nil {
			return nil, nil, err
		}
	}
	return found, untouched, nil
}

// streams are the groups as the host gets them.
func (g groups) streams() (map[string]string, error) {
	found := map[string]string{}
	for name, objects := range g {
		stream, err := text(objects)
		if err != nil {
			return nil, err
		}
		found[name] = stream
	}
	return found, nil
}

// split parts hooks from other objects, each by the path of its template.
func split(files map[string]string) (hooks, manifests map[string]string, err error) {
	hookList, manifestList, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, nil, err
	}
	hooks, manifests = map[string]string{}, map[string]string{}
	for _, each := range hookList {
		add(hooks, each.Path, each.Manifest)
	}
	for _, each := range manifestList {
		add(manifests, each.Name, each.Content)
	}
	return hooks, manifests, nil
}

func add(files map[string]string, name, content string) {
	if before, isThere := files[name]; isThere {
		content = before + "\n---\n" + content
	}
	files[name] = content
}

// merge reads all objects of files and notes on each which file it is of.
func merge(files map[string]string) ([]object, error) {
	var found []object
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		for _, document := range documents(files[name]) {
			objects, err := parse(document)
			if err != nil {
				return nil, fmt.Errorf("YAML parse error on %s: %w", name, err)
			}
			for _, each := range flat(objects) {
				each.annotate(fileAnnotation, name)
				found = append(found, each)
			}
		}
	}
	return found, nil
}

// documents splits a file as Helm does: more leniently than a YAML parser.
func documents(content string) []string {
	byKey := releaseutil.SplitManifests(content)
	keys := slices.Collect(maps.Keys(byKey))
	sort.Sort(releaseutil.BySplitManifestsOrder(keys))
	var found []string
	for _, key := range keys {
		if strings.TrimSpace(byKey[key]) != "" {
			found = append(found, byKey[key])
		}
	}
	return found
}
