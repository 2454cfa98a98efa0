package source

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"flux-host/plugins/git/internal/gittest"
)

const result = "application/x-git-upload-pack-result"

func wantOperations(t *testing.T, server *gittest.Server, want ...string) {
	t.Helper()
	if got := server.Requests(); !slices.Equal(got, want) {
		t.Errorf("requests %v instead of %v", got, want)
	}
}

// directly replaces the server's answer to a list of references that was not preceded by an opening.
func directly(server *gittest.Server, answer func(http.ResponseWriter)) {
	opened := false
	server.Intercept = func(w http.ResponseWriter, r *http.Request, body string) bool {
		if gittest.Operation(r, body) == "opening" {
			opened = true
		}
		if opened || gittest.Operation(r, body) != "ls-refs" {
			return false
		}
		answer(w)
		return true
	}
}

func TestAPollIsOneRequestAndAFetchOneMore(t *testing.T) {
	repo, server, url := fixture(t, false)
	repo.Commit("first", map[string]string{"a": "1"})
	repo.Git("tag", "v1.0.0")
	for name, ref := range map[string]Reference{"branch": {Branch: "main"}, "tag": {Tag: "v1.0.0"}, "semver": {SemVer: "1.x"}} {
		t.Run(name, func(t *testing.T) {
			spec := Spec{URL: url, Ref: ref}
			if _, err := Resolve(context.Background(), native(t.TempDir()), Request{Spec: spec}); err != nil {
				t.Fatal(err)
			}
			wantOperations(t, server, "ls-refs")
			get(t, Request{Spec: spec})
			wantOperations(t, server, "ls-refs", "fetch")
			if _, err := Fetch(context.Background(), native(t.TempDir()), Request{Spec: spec}); err != nil {
				t.Fatal(err)
			}
			wantOperations(t, server, "ls-refs", "fetch")
		})
	}
}

func TestAllRequestsGoOverOneConnection(t *testing.T) {
	both(t, func(t *testing.T, version0 bool) {
		repo, server, url := fixture(t, version0)
		repo.Commit("first", map[string]string{"a": "1"})
		connections := map[string]bool{}
		server.Intercept = func(_ http.ResponseWriter, r *http.Request, _ string) bool {
			connections[r.RemoteAddr] = true
			return false
		}
		get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
		if len(connections) != 1 {
			t.Errorf("%d connections", len(connections))
		}
	})
}

func TestAnAnswerThatIsNotVersion2LeadsToTheOpening(t *testing.T) {
	say := func(kind string, status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	packet := func(text string) string { return fmt.Sprintf("%04x%s", len(text)+4, text) }
	id := strings.Repeat("12", 20)
	line := packet(id + " refs/heads/main\n")
	for name, answer := range map[string]func(http.ResponseWriter){
		"forbidden":                    say("text/plain", 403, "no"),
		"not found":                    say("text/plain", 404, "no"),
		"method not allowed":           say("text/plain", 405, "no"),
		"server error":                 say("text/plain", 500, "no"),
		"a page":                       say("text/html", 200, "<html>"),
		"another content type":         say("application/octet-stream", 200, line+"0000"),
		"nothing":                      say(result, 200, ""),
		"a packet that is none":        say(result, 200, "<html>"),
		"an error packet":              say(result, 200, packet("ERR unknown command")),
		"an error after a reference":   say(result, 200, line+packet("ERR sorry")),
		"a list without an end":        say(result, 200, line),
		"the opening of version 0":     say(result, 200, packet(id+" refs/heads/main\x00multi_ack\n")+"0000"),
		"the opening of version 2":     say(result, 200, packet("version 2\n")+"0000"),
		"the opening of smart HTTP":    say(result, 200, packet("# service=git-upload-pack\n")+"0000"),
		"an object name in SHA-256":    say(result, 200, packet(strings.Repeat("12", 32)+" refs/heads/main\n")+"0000"),
		"an object name that is short": say(result, 200, packet("1212 refs/heads/main\n")+"0000"),
		"a name that is no reference":  say(result, 200, packet(id+" main\n")+"0000"),
		"no references at all":         say(result, 200, "0000"),
	} {
		t.Run(name, func(t *testing.T) {
			repo, server, url := fixture(t, false)
			commit := repo.Commit("first", map[string]string{"a": "1"})
			directly(server, answer)
			got, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
			if got.Revision != "main@sha1:"+commit || files["a"] != "1" {
				t.Errorf("%v %v", got, files)
			}
			wantOperations(t, server, "ls-refs", "opening", "ls-refs", "fetch")
		})
	}
}

func TestARefusalThatIsFinalIsNotAskedForTwice(t *testing.T) {
	var seen []string
	code := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method)
		w.WriteHeader(code)
	}))
	defer server.Close()
	for status, want := range map[int][]string{401: {"POST"}, 407: {"POST"}, 429: {"POST"}, 403: {"POST", "GET"}, 404: {"POST", "GET"}, 500: {"POST", "GET"}} {
		seen, code = nil, status
		wantFailure(t, resolveError(t, Spec{URL: server.URL}), GitOperationFailed, fmt.Sprint(status))
		if !slices.Equal(seen, want) {
			t.Errorf("%d: requests %v instead of %v", status, seen, want)
		}
	}
}

func TestAServerThatCannotBeReachedIsNotAskedTwice(t *testing.T) {
	asked := 0
	host := native(t.TempDir())
	host.HTTP = roundTrip(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, fmt.Errorf("no such host")
	})
	_, err := Resolve(context.Background(), host, Request{Spec: Spec{URL: "http://git.example.com/x"}})
	wantFailure(t, err, GitOperationFailed, "no such host")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheOpeningIsAskedForAtOnceWhereItWasNeededBefore(t *testing.T) {
	repo, server, url := fixture(t, true)
	repo.Commit("first", map[string]string{"a": "1"})
	host := native(t.TempDir())
	host.Openings = &Openings{}
	poll := func(url string) {
		t.Helper()
		if _, err := Resolve(context.Background(), host, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}}); err != nil {
			t.Fatal(err)
		}
	}
	poll(url)
	wantOperations(t, server, "ls-refs", "opening")
	poll(url)
	wantOperations(t, server, "opening")
	poll(strings.TrimSuffix(url, "/.git"))
	wantOperations(t, server, "opening")

	// What has moved says nothing about the other repositories of its server.
	server.Version0 = false
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/old/") {
			server.Config.Handler.ServeHTTP(w, r)
			return
		}
		http.Redirect(w, r, strings.Replace(r.URL.RequestURI(), "/old/", "/repo/", 1), http.StatusMovedPermanently)
	}))
	defer moved.Close()
	poll(moved.URL + "/repo/.git")
	wantOperations(t, server, "ls-refs")
	poll(moved.URL + "/old/.git")
	poll(moved.URL + "/old/.git")
	wantOperations(t, server, "opening", "ls-refs", "opening", "ls-refs")
	poll(moved.URL + "/repo/.git")
	wantOperations(t, server, "ls-refs")
}

func TestAReferenceThatIsNotThereDoesNotSpoilTheDirectWay(t *testing.T) {
	repo, server, url := fixture(t, false)
	repo.Commit("first", map[string]string{"a": "1"})
	host := native(t.TempDir())
	host.Openings = &Openings{}
	spec := Spec{URL: url, Ref: Reference{Branch: "later"}}
	_, err := Resolve(context.Background(), host, Request{Spec: spec})
	wantFailure(t, err, GitOperationFailed, "branch 'later' not found", "there are main")
	repo.Git("branch", "later")
	server.Requests()
	if _, err := Resolve(context.Background(), host, Request{Spec: spec}); err != nil {
		t.Fatal(err)
	}
	wantOperations(t, server, "ls-refs")
}

func TestAFetchThatIsRefusedIsRepeatedAfterTheOpening(t *testing.T) {
	repo, server, url := fixture(t, false)
	repo.Commit("first", map[string]string{"a": "1"})
	server.Intercept = func(w http.ResponseWriter, r *http.Request, body string) bool {
		if gittest.Operation(r, body) != "fetch" || strings.Contains(body, "object-format=sha1") {
			return false
		}
		w.Header().Set("Content-Type", result)
		io.WriteString(w, "0017ERR say your format")
		return true
	}
	_, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
	wantFiles(t, files, "a")
	wantOperations(t, server, "ls-refs", "fetch", "opening", "fetch")
}

func TestACommitThatIsGoneIsAskedForOnce(t *testing.T) {
	repo, server, url := fixture(t, false)
	repo.Commit("first", map[string]string{"a": "1"})
	request := Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}}
	answer, err := Resolve(context.Background(), native(t.TempDir()), request)
	if err != nil {
		t.Fatal(err)
	}
	request.Resolved = answer.Resolved
	request.Resolved.Commit = strings.Repeat("ab", 20)
	server.Requests()
	_, err = Fetch(context.Background(), native(t.TempDir()), request)
	wantFailure(t, err, GitOperationFailed, "not found in the history of refs/heads/main")
	wantOperations(t, server, "fetch")
}

func TestWhatACapabilityIsNeededForAsksForTheOpeningOnce(t *testing.T) {
	repo, server, url := fixture(t, false)
	repo.Git("config", "uploadpack.allowFilter", "true")
	repo.Commit("first", map[string]string{"root": "r", "deploy/a": "1"})
	_, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}, SparseCheckout: []string{"deploy"}}})
	wantFiles(t, files, "deploy/a")
	wantOperations(t, server, "ls-refs", "opening", "fetch", "fetch")
}

func TestAnObjectFormatThatWasNotAskedForIsFoundInTheOpening(t *testing.T) {
	repo, server, url := fixture(t, false, "--object-format=sha256")
	commit := repo.Commit("first", map[string]string{"a": "1"})
	answer, _ := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}})
	if answer.Revision != "main@sha256:"+commit {
		t.Errorf("revision %s", answer.Revision)
	}
	wantOperations(t, server, "ls-refs", "opening", "ls-refs", "fetch")
}
