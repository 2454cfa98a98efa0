package source

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	plugin "flux-host/sdk/go"
)

// native is a host whose network and file system are the machine's own.
func native(out string) Host {
	folder := &Folder{Root: out, Chmod: os.Chmod}
	return Host{
		HTTP:   http.DefaultTransport,
		Dial:   (&net.Dialer{}).DialContext,
		Create: folder.Create,
		Mkdir:  folder.Mkdir,
		Log:    func(string) {},
	}
}

// get resolves and fetches, and returns the tree.
func get(t *testing.T, request Request) (FetchResponse, map[string]string) {
	t.Helper()
	out := t.TempDir()
	resolved, err := Resolve(context.Background(), native(out), request)
	if err != nil {
		t.Fatalf("resolve: %v", err)
	}
	request.Resolved = resolved.Resolved
	answer, err := Fetch(context.Background(), native(out), request)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	return answer, tree(t, out)
}

// tree reads a folder: content by path; executables have a star behind their path.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if info.Mode()&0o100 != 0 {
			name += "*"
		}
		content, err := os.ReadFile(path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantFiles(t *testing.T, got map[string]string, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("%s should not be there", name)
	}
}

// wantFailure checks reason and that message and hint, taken together, say all the parts.
func wantFailure(t *testing.T, err error, reason string, parts ...string) *plugin.Failure {
	t.Helper()
	var failure *plugin.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("got %v instead of a failure", err)
	}
	if failure.Reason != reason {
		t.Errorf("reason %s instead of %s", failure.Reason, reason)
	}
	text := err.Error() + " | " + failure.Hint
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
	return failure
}
