package render

import (
	"fmt"

	"flux-host/plugins/helm/internal/explain"
)

// AssembleRequest is the contract's AssembleRequest: streams that the host has changed.
type AssembleRequest struct {
	Streams
	Metadata []Metadata `json:"metadata"`
}

// Assemble makes the manifests of a release of post-rendered streams.
func Assemble(request AssembleRequest) (Manifests, error) {
	found := groups{}
	for name, stream := range request.Streams.Streams {
		objects, err := parse(stream)
		if err != nil {
			return Manifests{}, explain.Fail("", fmt.Errorf("error while parsing post rendered output: %w", err))
		}
		found[name] = flat(objects)
	}
	answer, err := assemble(found, request.Untouched, request.Metadata)
	if err != nil {
		return Manifests{}, explain.Fail("", err)
	}
	return answer, nil
}

// assemble puts objects back into the files that they came from. One that a post-renderer added gets a file of its own.
func assemble(found groups, untouched map[string]string, metadata []Metadata) (Manifests, error) {
	files := map[string]string{}
	for _, group := range []string{allGroup, hooksGroup, manifestsGroup} {
		byFile := map[string][]object{}
		for i, each := range found[group] {
			name := each.takeAnnotation(fileAnnotation)
			if name == "" {
				name = addedName(group, i)
			}
			for _, added := range metadata {
				added.addTo(each)
			}
			byFile[name] = append(byFile[name], each)
		}
		for name, objects := range byFile {
			content, err := text(objects)
			if err != nil {
				return Manifests{}, fmt.Errorf("%s: %w", name, err)
			}
			add(files, name, content)
		}
	}
	for name, content := range untouched {
		add(files, name, content)
	}
	return sorted(files)
}

func addedName(group string, index int) string {
	if group == allGroup {
		return fmt.Sprintf("generated-by-postrender-%d.yaml", index)
	}
	return fmt.Sprintf("generated-by-postrender-%s-%d.yaml", group, index)
}
