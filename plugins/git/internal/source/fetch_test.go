package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flux-host/plugins/git/internal/gittest"
)

// fixture is a repository with history, served over HTTP in the given version of the protocol.
func fixture(t *testing.T, version0 bool, options ...string) (*gittest.Repo, *gittest.Server, string) {
	t.Helper()
	root := t.TempDir()
	repo := gittest.New(t, filepath.Join(root, "repo"), options...)
	server := gittest.Serve(t, root)
	server.Version0 = version0
	return repo, server, server.URL + "/repo/.git"
}

func both(t *testing.T, test func(t *testing.T, version0 bool)) {
	t.Run("protocol 2", func(t *testing.T) { test(t, false) })
	t.Run("protocol 0", func(t *testing.T) { test(t, true) })
}

func TestEveryKindOfReferenceGivesItsRevisionAndTree(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		first := repo.Commit("first", map[string]string{"a": "1"})
		repo.Git("tag", "v1.0.0")
		second := repo.Commit("second", map[string]string{"a": "2"})
		repo.Git("tag", "-a", "v1.1.0", "-m", "annotated")
		repo.Git("branch", "feature/x")
		third := repo.Commit("third\n\nbody", map[string]string{"a": "3"})
		repo.Git("update-ref", "refs/pull/7/head", first)
		repo.Git("tag", "v2.0.0-rc.1")
		repo.Git("branch", "master", first)

		cases := []struct {
			name     string
			ref      Reference
			revision string
			content  string
		}{
			{"no reference is the branch master", Reference{}, "master@sha1:" + first, "1"},
			{"branch", Reference{Branch: "main"}, "main@sha1:" + third, "3"},
			{"branch with a slash", Reference{Branch: "feature/x"}, "feature/x@sha1:" + second, "2"},
			{"tag wins over branch", Reference{Branch: "main", Tag: "v1.0.0"}, "v1.0.0@sha1:" + first, "1"},
			{"annotated tag gives its commit", Reference{Tag: "v1.1.0"}, "v1.1.0@sha1:" + second, "2"},
			{"semver wins over tag", Reference{Tag: "v1.0.0", SemVer: "1.x"}, "v1.1.0@sha1:" + second, "2"},
			{"semver leaves out pre-releases", Reference{SemVer: "*"}, "v1.1.0@sha1:" + second, "2"},
			{"semver with pre-releases", Reference{SemVer: ">=1.0.0-0"}, "v2.0.0-rc.1@sha1:" + third, "3"},
			{"name wins over semver", Reference{SemVer: "1.x", Name: "refs/pull/7/head"}, "refs/pull/7/head@sha1:" + first, "1"},
			{"name of an annotated tag", Reference{Name: "refs/tags/v1.1.0"}, "refs/tags/v1.1.0@sha1:" + second, "2"},
			{"name with the suffix of a peeled tag", Reference{Name: "refs/tags/v1.1.0^{}"}, "refs/tags/v1.1.0^{}@sha1:" + second, "2"},
			{"commit alone", Reference{Commit: first}, "sha1:" + first, "1"},
			{"commit wins over all", Reference{Name: "refs/pull/7/head", Commit: second}, "refs/pull/7/head@sha1:" + second, "2"},
			{"commit with branch", Reference{Branch: "main", Commit: first}, "main@sha1:" + first, "1"},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				answer, files := get(t, Request{Spec: Spec{URL: url, Ref: c.ref}})
				if answer.Revision != c.revision {
					t.Errorf("revision %s instead of %s", answer.Revision, c.revision)
				}
				if files["a"] != c.content {
					t.Errorf("content %q instead of %q", files["a"], c.content)
				}
			})
		}
	})
}

func TestTheMessageIsTheFirstLineOfTheCommit(t *testing.T) {
	repo, _, url := fixture(t, false)
	repo.Commit("subject\n\nbody", map[string]string{"a": "1"})
	answer, _ := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
	if answer.Message != "subject" {
		t.Errorf("message %q", answer.Message)
	}
}

func TestOfVersionsThatAreEqualTheLatestCommitWins(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		repo.At("1700000300").Commit("newest", map[string]string{"a": "newest"})
		repo.Git("tag", "1.0.0+a")
		repo.At("1700000100").Commit("older", map[string]string{"a": "older"})
		repo.Git("tag", "1.0.0+b")
		repo.Git("tag", "0.9.0+c")
		answer, _ := get(t, Request{Spec: Spec{URL: url, Ref: Reference{SemVer: "1.x"}}})
		if !strings.HasPrefix(answer.Revision, "1.0.0+a@") {
			t.Errorf("revision %s", answer.Revision)
		}
	})
}

func TestATreeIsWrittenWithModesAndWithoutSymlinks(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		repo.Write("bin/run.sh", "#!/bin/sh\n")
		if err := os.Chmod(filepath.Join(repo.Dir, "bin/run.sh"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/etc/passwd", filepath.Join(repo.Dir, "link")); err != nil {
			t.Fatal(err)
		}
		repo.Commit("modes", map[string]string{"empty": "", "deep/er/file": "x", "ünïcode name": "y"})
		answer, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
		wantFiles(t, files, "bin/run.sh*", "empty", "deep/er/file", "ünïcode name")
		if answer.State == nil || answer.State.SkippedSymlinks != 1 {
			t.Errorf("the skipped link is not reported: %+v", answer.State)
		}
	})
}

func TestAFetchTransfersOnlyTheWantedCommit(t *testing.T) {
	repo, _, url := fixture(t, false)
	for i := range 20 {
		repo.Commit(fmt.Sprint(i), map[string]string{"a": strings.Repeat(fmt.Sprint(i), 1000), fmt.Sprint("f", i): "x"})
	}
	commit := repo.Git("rev-parse", "HEAD~10")
	c := &clone{ctx: context.Background(), host: native(t.TempDir()), request: Request{Spec: Spec{URL: url}}, url: parse(t, url)}
	defer c.close()
	store, err := c.fetch(Resolved{Commit: commit})
	if err != nil {
		t.Fatal(err)
	}
	// One commit, one tree, the file a, and one blob that all the others share.
	if store.Len() != 4 {
		t.Errorf("%d objects came instead of 4", store.Len())
	}
}

func TestACommitThatNoReferencePointsAtIsFoundInTheHistory(t *testing.T) {
	repo, server, url := fixture(t, true)
	wanted := repo.Commit("wanted", map[string]string{"a": "wanted"})
	for i := range 60 {
		repo.Commit(fmt.Sprint(i), map[string]string{"a": fmt.Sprint(i)})
	}
	_, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Commit: wanted}}})
	if files["a"] != "wanted" {
		t.Errorf("content %q", files["a"])
	}
	server.Requests()
	_, err := Fetch(context.Background(), native(t.TempDir()), Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main", Commit: strings.Repeat("ab", 20)}}})
	wantFailure(t, err, GitOperationFailed, strings.Repeat("ab", 20), "refs/heads/main")
}

func TestARepositoryWithSHA256ObjectNames(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0, "--object-format=sha256")
		commit := repo.Commit("first", map[string]string{"dir/a": "1", "b": "2"})
		answer, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
		if answer.Revision != "main@sha256:"+commit {
			t.Errorf("revision %s", answer.Revision)
		}
		wantFiles(t, files, "dir/a", "b")
	})
}

func TestSparseCheckoutFetchesAndWritesItsFoldersOnly(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		repo.Git("config", "uploadpack.allowFilter", "true")
		repo.Commit("first", map[string]string{"root": "r", "deploy/prod/a": "1", "deploy/staging/b": "2", "deploy2/c": "3"})
		_, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}, SparseCheckout: []string{"./deploy/prod/", "deploy2"}}})
		wantFiles(t, files, "deploy/prod/a", "deploy2/c")

		_, err := Fetch(context.Background(), native(t.TempDir()),
			Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}, SparseCheckout: []string{"deploy", "missing"}}})
		wantFailure(t, err, GitOperationFailed, "sparse checkout dir 'missing' does not exist in repository")
	})
}

func TestVerificationGetsTheRawObjects(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		repo.Commit("first", map[string]string{"a": "1"})
		repo.Git("tag", "-a", "v1", "-m", "annotated")
		answer, _ := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Tag: "v1"}, Verify: &Verify{Mode: "TagAndHEAD"}}})
		if want := repo.Git("cat-file", "commit", "HEAD"); strings.TrimSpace(string(answer.State.Commit)) != want {
			t.Errorf("commit %q instead of %q", answer.State.Commit, want)
		}
		if want := repo.Git("cat-file", "tag", "v1"); strings.TrimSpace(string(answer.State.Tag)) != want {
			t.Errorf("tag %q instead of %q", answer.State.Tag, want)
		}
	})
}

func TestAPinnedCommitHasToBeOnItsBranch(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, url := fixture(t, version0)
		first := repo.Commit("first", map[string]string{"a": "1"})
		repo.Git("tag", "first")
		repo.Commit("second", map[string]string{"a": "2"})
		repo.Git("checkout", "-q", "-b", "side")
		side := repo.Commit("side", map[string]string{"a": "3"})
		get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main", Commit: first}}})
		get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "side", Commit: side}}})
		_, err := Fetch(context.Background(), native(t.TempDir()), Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main", Commit: side}}})
		wantFailure(t, err, GitOperationFailed, side, "not found in the history of refs/heads/main")
	})
}
