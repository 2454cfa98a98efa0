package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	plugin "flux-host/sdk/go"

	"flux-host/plugins/kustomize/internal/flux"
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n"

// folder writes files (path → content) to a temporary folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mounts returns the folders behind `/in` and the remote bases.
func mounts(in string, remotes map[string]string) func(string) string {
	return func(mount string) string {
		if mount == "/in" {
			return in
		}
		return remotes[mount]
	}
}

func build(t *testing.T, files map[string]string, path string) (string, error) {
	t.Helper()
	response, err := Run(Request{Path: path, Spec: flux.Spec{}}, mounts(folder(t, files), nil))
	if err != nil {
		return "", err
	}
	if response.Resources == nil {
		t.Fatalf("asked for the remote bases %v", response.Remotes)
	}
	return *response.Resources, nil
}

// wantFailure checks a failure's message, and that it is one that tells people what to do.
func wantFailure(t *testing.T, err error, message string) {
	t.Helper()
	var failure *plugin.Failure
	if !errors.As(err, &failure) || failure.Reason != "BuildFailed" {
		t.Fatalf("not a build failure: %v", err)
	}
	if failure.Message != message {
		t.Errorf("got  %s\nwant %s", failure.Message, message)
	}
	if strings.Contains(failure.Message, "/in") {
		t.Errorf("the message has a path of the sandbox: %s", failure.Message)
	}
}
