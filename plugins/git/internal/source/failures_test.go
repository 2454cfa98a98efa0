package source

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"flux-host/plugins/git/internal/gittest"
	"flux-host/plugins/git/internal/remote"
)

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := remote.ParseURL(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func resolveError(t *testing.T, spec Spec) error {
	t.Helper()
	answer, err := Resolve(context.Background(), native(t.TempDir()), Request{Spec: spec})
	if err == nil {
		t.Fatalf("resolved to %s instead of failing", answer.Revision)
	}
	return err
}

func TestWhatIsMissingIsNamedWithItsNeighbours(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, _, address := fixture(t, version0)
		repo.Commit("first", map[string]string{"a": "1"})
		repo.Git("tag", "v1.2.3")
		for _, name := range []string{"dev", "staging", "b1", "b2", "b3"} {
			repo.Git("branch", name)
		}
		wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{Branch: "mian"}}), GitOperationFailed,
			"branch 'mian' not found", "couldn't find remote ref 'refs/heads/mian'", "did you mean 'main'?", "and 1 more", "default branch is main")
		wantFailure(t, resolveError(t, Spec{URL: address}), GitOperationFailed, "branch 'master' not found", "spec.ref is not set")
		wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{Tag: "v1.2.4"}}), GitOperationFailed, "tag 'v1.2.4' not found", "v1.2.3")
		wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{Name: "refs/pull/1/head"}}), GitOperationFailed, "'refs/pull/1/head' not found")
		wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{SemVer: ">=2"}}), GitOperationFailed, "no match found for semver: >=2", "v1.2.3")
		bad := wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{SemVer: "one"}}), GitOperationFailed, "semver parse error")
		short := wantFailure(t, resolveError(t, Spec{URL: address, Ref: Reference{Commit: "abc123"}}), GitOperationFailed, "full commit hash")
		if !bad.Terminal || !short.Terminal {
			t.Error("a mistake in the spec has to be terminal")
		}
	})
}

func TestAnEmptyRepositoryHasItsOwnReason(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		_, _, address := fixture(t, version0)
		for _, ref := range []Reference{{}, {Tag: "v1"}, {SemVer: "1.x"}, {Name: "refs/heads/x"}} {
			failure := wantFailure(t, resolveError(t, Spec{URL: address, Ref: ref}), EmptyGitRepository, "git repository is empty")
			if failure.Terminal {
				t.Error("a push mends it: not terminal")
			}
		}
	})
}

func TestARepositoryThatIsNotThere(t *testing.T) {
	_, server, _ := fixture(t, false)
	wantFailure(t, resolveError(t, Spec{URL: server.URL + "/other"}), GitOperationFailed, "repository not found", "404", "spec.secretRef")
}

func TestAStatusIsExplained(t *testing.T) {
	var code int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(code)
		w.Write([]byte("token expired\nmore"))
	}))
	defer server.Close()
	withUser := strings.Replace(server.URL, "http://", "http://someone:hunter2@", 1) + "/repo"
	secret := &Named{Name: "creds"}
	cases := []struct {
		code  int
		spec  Spec
		parts []string
	}{
		{401, Spec{URL: withUser}, []string{"authentication required", "spec.secretRef", "token expired"}},
		{401, Spec{URL: withUser, SecretRef: secret}, []string{"authentication failed", "creds"}},
		{403, Spec{URL: withUser, SecretRef: secret}, []string{"authorization failed"}},
		{404, Spec{URL: withUser, SecretRef: secret}, []string{"repository not found"}},
		{500, Spec{URL: withUser}, []string{"HTTP status 500"}},
	}
	for _, c := range cases {
		code = c.code
		err := resolveError(t, c.spec)
		wantFailure(t, err, GitOperationFailed, c.parts...)
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "more") {
			t.Errorf("%q says too much", err)
		}
	}
}

func TestAServerThatLimitsTheRateIsLeftAloneAsLongAsItSays(t *testing.T) {
	var header string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", header)
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	for value, want := range map[string]int64{"120": 120_000, "": 0, "soon": 0, "-5": 0, "999999": 3_600_000} {
		header = value
		failure := wantFailure(t, resolveError(t, Spec{URL: server.URL}), GitOperationFailed, "HTTP status 429", "raise spec.interval")
		if failure.RetryAfterMs != want {
			t.Errorf("Retry-After %q: %d ms instead of %d", value, failure.RetryAfterMs, want)
		}
	}
	header = time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat)
	if failure := wantFailure(t, resolveError(t, Spec{URL: server.URL}), GitOperationFailed); failure.RetryAfterMs < 500_000 || failure.RetryAfterMs > 600_000 {
		t.Errorf("a date ten minutes away is %d ms away", failure.RetryAfterMs)
	}
}

func TestAPageThatIsNoRepository(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("<html>"))
	}))
	defer server.Close()
	wantFailure(t, resolveError(t, Spec{URL: server.URL}), GitOperationFailed, "not a Git repository over smart HTTP", "text/html")
}

func TestAnInvalidURLIsTerminalAndNeverRepeated(t *testing.T) {
	for _, address := range []string{"http://user:hunter2@ho st/x", "file:///etc", "git@example.com:org/repo", "https:///x", "http://%zz:hunter2@x/"} {
		err := resolveError(t, Spec{URL: address})
		failure := wantFailure(t, err, URLInvalid)
		if !failure.Terminal || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %+v", address, failure)
		}
	}
}

func TestAHostThatCannotBeReached(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	wantFailure(t, resolveError(t, Spec{URL: server.URL + "/repo"}), GitOperationFailed, "connection refused")
}

func TestAPinnedCommitNeedsNoNetwork(t *testing.T) {
	commit := strings.Repeat("0f", 20)
	answer, err := Resolve(context.Background(), Host{}, Request{Spec: Spec{URL: "https://unreachable.invalid/x", Ref: Reference{Branch: "main", Commit: commit}}})
	if err != nil || answer.Revision != "main@sha1:"+commit {
		t.Errorf("%v %v", answer, err)
	}
}

func TestRedirectsAreFollowedToWhereTheRepositoryIs(t *testing.T) {
	repo, server, address := fixture(t, false)
	commit := repo.Commit("first", map[string]string{"a": "1"})
	var target string
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if operation := gittest.Operation(r, string(body)); operation == "fetch" {
			t.Errorf("a %s was sent to the old place", operation)
		}
		http.Redirect(w, r, target, http.StatusMovedPermanently)
	}))
	defer old.Close()
	spec := Spec{URL: old.URL + "/moved", Ref: Reference{Branch: "main"}}
	target = address + "/info/refs?service=git-upload-pack"
	if answer, files := get(t, Request{Spec: spec}); answer.Revision != "main@sha1:"+commit || files["a"] != "1" {
		t.Errorf("%v %v", answer, files)
	}
	for where, part := range map[string]string{
		server.URL + "/users/sign_in?token=hunter2": "no repository",
		"/moved/info/refs?service=git-upload-pack":  "more than 10 redirects",
		"ftp://example.com/x":                       "not followed",
	} {
		target = where
		err := resolveError(t, spec)
		wantFailure(t, err, GitOperationFailed, part)
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q says too much", err)
		}
	}
}
