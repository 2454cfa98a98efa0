package source

import (
	"context"
	"path/filepath"
	"testing"

	"flux-host/plugins/git/internal/gittest"
)

// nested makes app → lib → base, by relative and absolute URLs, behind one server.
func nested(t *testing.T, version0 bool) (app *gittest.Repo, server *gittest.Server) {
	t.Helper()
	root := t.TempDir()
	server = gittest.Serve(t, root)
	server.Version0 = version0
	base := gittest.New(t, filepath.Join(root, "base"))
	pinned := base.Commit("base", map[string]string{"base.txt": "pinned"})
	lib := gittest.New(t, filepath.Join(root, "lib"))
	lib.Commit("lib", map[string]string{"lib.txt": "lib"})
	addSubmodule(lib, "deps/base", server.URL+"/base/.git", pinned)
	libCommit := lib.Git("rev-parse", "HEAD")
	// The branch moves on: what counts is the commit in the tree.
	base.Commit("later", map[string]string{"base.txt": "later"})
	lib.Commit("later", map[string]string{"lib.txt": "later"})
	app = gittest.New(t, filepath.Join(root, "app"))
	app.Commit("app", map[string]string{"app.txt": "app"})
	addSubmodule(app, "vendor/lib", "../../lib/.git", libCommit)
	return app, server
}

func addSubmodule(r *gittest.Repo, path, url, commit string) {
	r.Write(".gitmodules", "# modules\n[submodule \""+path+"\"]\n\tpath = "+path+"\n\turl = \""+url+"\" ; where\n")
	r.Git("add", ".gitmodules")
	r.Git("update-index", "--add", "--cacheinfo", "160000,"+commit+","+path)
	r.Git("commit", "-q", "-m", "submodule "+path)
}

func TestSubmodulesAreFetchedAtTheirCommitAllTheWayDown(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		_, server := nested(t, version0)
		spec := Spec{URL: server.URL + "/app/.git", Ref: Reference{Branch: "main"}, RecurseSubmodules: true}
		_, files := get(t, Request{Spec: spec})
		if files["vendor/lib/deps/base/base.txt"] != "pinned" || files["vendor/lib/lib.txt"] != "lib" {
			t.Errorf("%v", files)
		}
		wantFiles(t, files, "app.txt", ".gitmodules", "vendor/lib/lib.txt", "vendor/lib/.gitmodules", "vendor/lib/deps/base/base.txt")
	})
}

func TestSubmodulesStayEmptyUnlessAskedFor(t *testing.T) {
	_, server := nested(t, false)
	_, files := get(t, Request{Spec: Spec{URL: server.URL + "/app/.git", Ref: Reference{Branch: "main"}}})
	wantFiles(t, files, "app.txt", ".gitmodules")
}

func TestASubmoduleThatFailsIsNamed(t *testing.T) {
	app, server := nested(t, false)
	commit := app.Git("rev-parse", "HEAD")
	spec := Spec{URL: server.URL + "/app/.git", Ref: Reference{Branch: "main"}, RecurseSubmodules: true}
	for url, part := range map[string]string{
		"../../nowhere":                "repository not found",
		"file:///etc":                  "not supported",
		"../../../../../..":            "leads out of the server",
		"git@git.example.com:org/repo": "'identity' is required",
	} {
		app.Git("reset", "-q", "--hard", commit)
		addSubmodule(app, "vendor/lib", url, commit)
		_, err := Fetch(context.Background(), native(t.TempDir()), Request{Spec: spec})
		wantFailureText(t, err, "submodule 'vendor/lib'", part)
	}
}

func wantFailureText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no failure")
	}
	reason := GitOperationFailed
	if parts[1] == "'identity' is required" {
		reason = AuthenticationFailed
	}
	wantFailure(t, err, reason, parts...)
}
