package gittest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Server serves the repositories below a folder through `git http-backend`.
type Server struct {
	*httptest.Server
	// Version0 takes away the header with which a client asks for version 2 of the protocol.
	Version0 bool
	// Intercept answers a request itself when it returns true; body is what the client posted.
	Intercept func(w http.ResponseWriter, r *http.Request, body string) bool

	mu       sync.Mutex
	requests []string
}

// Serve starts a server for the repositories below root.
func Serve(t testing.TB, root string) *Server {
	t.Helper()
	s := &Server{}
	s.Server = httptest.NewServer(s.handler(t, root))
	t.Cleanup(s.Close)
	return s
}

// handler serves the repositories below root and notes the requests.
func (s *Server) handler(t testing.TB, root string) http.Handler {
	t.Helper()
	path, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path:   filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"),
		Env:    []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"},
		Stderr: io.Discard,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		s.requests = append(s.requests, Operation(r, string(body)))
		s.mu.Unlock()
		if s.Intercept != nil && s.Intercept(w, r, string(body)) {
			return
		}
		if s.Version0 {
			r.Header.Del("Git-Protocol")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		backend.ServeHTTP(w, r)
	})
}

// Operation names what a request asks for: opening, ls-refs, fetch, or fetch-v0.
func Operation(r *http.Request, body string) string {
	if r.Method == http.MethodGet {
		return "opening"
	}
	if command, ok := strings.CutPrefix(body[min(4, len(body)):], "command="); ok {
		command, _, _ = strings.Cut(command, "\n")
		return command
	}
	return "fetch-v0"
}

// Requests returns the operations since the last call.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.requests
	s.requests = nil
	return seen
}
