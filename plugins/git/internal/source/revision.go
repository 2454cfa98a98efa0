package source

import (
	"strings"

	"flux-host/plugins/git/internal/object"
)

// revision writes down a commit the way Flux does: `main@sha1:…`, and `sha1:…` where no reference is known.
func revision(name string, commit object.ID) string {
	digest := string(object.FormatOf(commit)) + ":" + commit.String()
	if name == "" {
		return digest
	}
	return name + "@" + digest
}

// shortName is a reference's name without the folder that tells its kind.
func shortName(ref string) string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/", "refs/"} {
		if short, ok := strings.CutPrefix(ref, prefix); ok {
			return short
		}
	}
	return ref
}
