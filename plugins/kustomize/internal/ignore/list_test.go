package ignore

import (
	"strings"
	"testing"
)

func TestExcludes(t *testing.T) {
	for _, test := range []struct {
		patterns, name string
		isDir, want    bool
	}{
		{"*.txt", "a/b.txt", false, true},
		{"*.txt", "a/b.yaml", false, false},
		{"/*", "a", true, true},
		{"/*\n!config.yaml", "config.yaml", false, false},
		{"/*\n!config.yaml", "other.yaml", false, true},
		{"a/", "a", false, false},
		{"a/", "a", true, true},
		{"a/", "a/b/c", false, true},
		{"a/*.yaml", "a/b.yaml", false, true},
		{"a/*.yaml", "a/b/c.yaml", false, false},
		{"a/**/c.yaml", "a/b/x/c.yaml", false, true},
		{"**/c.yaml", "c.yaml", false, true},
		{"a/**", "a/b", false, true},
		{"# comment\n\n", "# comment", false, false},
		{"a ", "a", false, true},
		{"[", "[", false, false},
	} {
		list := List{}.Add(test.patterns, []string{"in"})
		name := append([]string{"in"}, strings.Split(test.name, "/")...)
		if got := list.Excludes(name, test.isDir); got != test.want {
			t.Errorf("%q on %s: %v", test.patterns, test.name, got)
		}
	}
}

func TestPatternsOfAFolderDoNotReachOthers(t *testing.T) {
	list := List{}.Add("*.yaml", []string{"in", "a"})
	if list.Excludes([]string{"in", "b", "c.yaml"}, false) || !list.Excludes([]string{"in", "a", "c.yaml"}, false) {
		t.Error("the folder of a pattern is not looked at")
	}
}

func TestDefaultsCanBeOverruled(t *testing.T) {
	list := Defaults([]string{"in"})
	name := []string{"in", ".sops.yaml"}
	if !list.Excludes(name, false) || list.Then(List{}.Add("!.sops.yaml", []string{"in"})).Excludes(name, false) {
		t.Error("later patterns have to win")
	}
}
