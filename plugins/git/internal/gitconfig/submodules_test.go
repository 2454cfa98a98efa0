package gitconfig

import (
	"maps"
	"testing"
)

func TestSubmodulesAreReadAsGitReadsThem(t *testing.T) {
	got, err := Submodules([]byte("\ufeff# comment\n[core]\n\turl = ignored\n[submodule \"a\"]\n\tpath = libs/a/\n\turl = ../a.git # trailing\n\tbranch = main\r\n" +
		"[Submodule \"b \\\"c\\\"\"]\npath=\"b ; c\"\nurl = https://example.com/\\\nb.git\n[submodule \"no url\"]\npath = x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"libs/a": "../a.git", "b ; c": "https://example.com/b.git"}; !maps.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
	for _, broken := range []string{"[submodule \"a\"]\npath = \"x\n", "[submodule \"a\"]\npath = \\q\n"} {
		if _, err := Submodules([]byte(broken)); err == nil {
			t.Errorf("%q was accepted", broken)
		}
	}
}
