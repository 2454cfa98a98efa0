// Package refs follows the references between kustomizations before kustomize does: to find remote bases, which the host
// has to fetch, and to word broken references better than kustomize's loader can.
package refs

import (
	"regexp"
	"strings"
)

var userName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)

// isURL tells whether kustomize would load the entry over HTTP.
func isURL(entry string) bool {
	lower := strings.ToLower(entry)
	return strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://")
}

// isRepository tells whether kustomize would take the entry for a Git repository when it is no local file: a URL, a
// GitHub path or the user@host:path form, with at least a host and a repository. See kustomize's repospec.
func isRepository(entry string) bool {
	rest, _, _ := strings.Cut(entry, "?")
	rest = trimPrefixFold(rest, "git::")
	scheme := ""
	for _, s := range []string{"ssh://", "https://", "http://", "file://"} {
		if trimmed := trimPrefixFold(rest, s); trimmed != rest {
			scheme, rest = s, trimmed
			break
		}
	}
	user := userName.FindString(rest)
	rest = rest[len(user):]
	lower := strings.ToLower(rest)
	github := strings.HasPrefix(lower, "github.com/") || strings.HasPrefix(lower, "github.com:")
	if scheme == "" && user == "" && !github {
		return false
	}
	if scheme == "file://" {
		return true
	}
	separator := strings.Index(rest, "/")
	if colon := strings.Index(rest, ":"); scheme == "" && colon > 0 && (separator < 0 || colon < separator) {
		separator = colon
	}
	if separator < 0 {
		return false
	}
	repository := rest[separator+1:]
	for _, marker := range []string{"_git/", "//", ".git"} {
		if strings.Contains(repository, marker) {
			return true
		}
	}
	return strings.Contains(repository, "/") && !strings.HasPrefix(repository, "/")
}

func trimPrefixFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}
