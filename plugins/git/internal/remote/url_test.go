package remote

import (
	"net/url"
	"testing"
)

func TestSubmoduleURLsAreResolvedAsGitDoes(t *testing.T) {
	for _, c := range []struct{ parent, raw, want string }{
		{"https://example.com/org/app.git", "../lib.git", "https://example.com/org/lib.git"},
		{"https://example.com/org/app.git", "./lib.git", "https://example.com/org/app.git/lib.git"},
		{"ssh://git@example.com:2222/org/app", "../../other/lib", "ssh://git@example.com:2222/other/lib"},
		{"https://example.com/org/app", "git@example.com:org/lib.git", "ssh://git@example.com/org/lib.git"},
		{"https://example.com/org/app", "https://other.example.com/x", "https://other.example.com/x"},
		{"https://example.com/org/app", "../../..", ""},
		{"https://example.com/org/app", "/srv/git/x", ""},
		{"https://example.com/org/app", "ext::sh -c evil", ""},
		{"https://example.com/org/app", "git://example.com/x", ""},
	} {
		parent, err := url.Parse(c.parent)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ResolveSubmodule(parent, c.raw)
		if c.want == "" {
			if err == nil {
				t.Errorf("%s was accepted as %s", c.raw, got)
			}
			continue
		}
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v (%v) instead of %s", c.raw, got, err, c.want)
		}
	}
}

func TestNoCredentialsInARedactedURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://token:x@example.com/a?private_token=y": "https://example.com/a",
		"https://token@example.com/a":                   "https://example.com/a",
		"ssh://git:secret@example.com/a":                "ssh://git@example.com/a",
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := Redacted(u); got != want {
			t.Errorf("%s became %s", raw, got)
		}
	}
}
