// Package gittest offers real repositories behind real servers: `git` itself makes and serves them.
package gittest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repo is a repository with a worktree.
type Repo struct {
	t   testing.TB
	Dir string
	env []string
}

// New makes an empty repository with the branch main; options go to `git init`.
func New(t testing.TB, dir string, options ...string) *Repo {
	t.Helper()
	r := &Repo{t: t, Dir: dir, env: append(os.Environ(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=1700000000 +0000", "GIT_COMMITTER_DATE=1700000000 +0000")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.Git(append([]string{"init", "-q", "-b", "main"}, options...)...)
	r.Git("config", "http.uploadpack", "true")
	return r
}

// Git runs a command in the worktree and returns what it prints.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	command := exec.Command("git", args...)
	command.Dir, command.Env = r.Dir, r.env
	output, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return strings.TrimSpace(string(output))
}

// At sets the time of the commits that follow, in seconds.
func (r *Repo) At(seconds string) *Repo {
	r.env = append(r.env, "GIT_AUTHOR_DATE="+seconds+" +0000", "GIT_COMMITTER_DATE="+seconds+" +0000")
	return r
}

// Write puts a file into the worktree.
func (r *Repo) Write(name, content string) {
	r.t.Helper()
	full := filepath.Join(r.Dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// Commit writes files and commits everything; it returns the commit's hash.
func (r *Repo) Commit(message string, files map[string]string) string {
	r.t.Helper()
	for name, content := range files {
		r.Write(name, content)
	}
	r.Git("add", "-A")
	r.Git("commit", "-q", "--allow-empty", "-m", message)
	return r.Git("rev-parse", "HEAD")
}
