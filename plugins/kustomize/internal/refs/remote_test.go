package refs

import "testing"

func TestIsRepository(t *testing.T) {
	for entry, want := range map[string]bool{
		"base":                                  false,
		"../base":                               false,
		"github.com":                            false,
		"github.com/org":                        false,
		"github.com/org/repo":                   true,
		"GitHub.com/org/repo?ref=v1":            true,
		"gitlab.com/org/repo":                   false,
		"https://gitlab.com/org/repo//path":     true,
		"https://example.com/file.yaml":         false,
		"git@example.com:org/repo.git":          true,
		"git@example.com:org/repo":              true,
		"ssh://git@example.com/org/repo":        true,
		"git::https://example.com/org/repo":     true,
		"file:///srv/repo":                      true,
		"user@host":                             false,
		"https://dev.azure.com/o/p/_git/r/path": true,
		"/etc":                                  false,
	} {
		if got := isRepository(entry); got != want {
			t.Errorf("%s: %v", entry, got)
		}
	}
}
