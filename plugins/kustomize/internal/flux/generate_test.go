package flux

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flux-host/plugins/kustomize/internal/tree"
)

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"

func generate(t *testing.T, files map[string]string, spec Spec, ignore *string) string {
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
	mounted := tree.New([]tree.Mount{{Virtual: tree.Root, Real: dir}}, nil)
	generated, err := Generate(mounted, Request{Folder: tree.Root, Spec: spec, Ignore: ignore})
	if err != nil {
		t.Fatal(err)
	}
	header := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
	return strings.ReplaceAll(string(generated.Content), header, "")
}

func TestGenerate(t *testing.T) {
	ptr := func(s string) *string { return &s }
	for name, test := range map[string]struct {
		files  map[string]string
		spec   Spec
		ignore *string
		want   string
	}{
		"lists manifests and folders with a kustomization": {
			files: map[string]string{
				"b.yml": configMap, "a/c.yaml": configMap, "notes.txt": "x", "empty.yaml": "",
				"kust/Kustomization": "resources: [x.yaml]\n", "kust/values.yaml": "no: object\n",
			},
			want: "resources:\n- ./a/c.yaml\n- ./b.yml\n- ./empty.yaml\n- ./kust\n",
		},
		"an empty folder gets a placeholder": {
			files: map[string]string{"readme.md": "x"},
			want:  "namespace: _placeholder\n",
		},
		"a target namespace replaces the placeholder": {
			files: map[string]string{"readme.md": "x"},
			spec:  Spec{TargetNamespace: ptr("apps")},
			want:  "namespace: apps\n",
		},
		"ignore files count only when ignoring is on": {
			files: map[string]string{"a.yaml": configMap, "sub/b.yaml": configMap, "sub/.sourceignore": "b.yaml\n"},
			want:  "resources:\n- ./a.yaml\n- ./sub/b.yaml\n",
		},
		"ignore files are read below the folder": {
			files:  map[string]string{"a.yaml": configMap, "sub/b.yaml": configMap, "sub/.sourceignore": "b.yaml\n"},
			ignore: ptr(""),
			want:   "resources:\n- ./a.yaml\n",
		},
		"a tag replaces a digest": {
			files: map[string]string{"kustomization.yaml": "resources: [a.yaml]\nimages: [{name: i, newName: m, digest: d}]\n"},
			spec:  Spec{Images: []Image{{Name: "i", NewTag: "v2"}, {Name: "j", NewTag: "v3"}}},
			want: "apiVersion: kustomize.config.k8s.io/v1beta1\nimages:\n- name: i\n  newName: m\n  newTag: v2\n" +
				"- name: j\n  newTag: v3\nkind: Kustomization\nresources:\n- a.yaml\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := generate(t, test.files, test.spec, test.ignore)
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestIsLocal(t *testing.T) {
	for path, want := range map[string]bool{
		"a": true, "../a": true, "file://a": true, "/a": false, "file:///a": false,
		"https://example.com/a": false, "GitHub.com/a/b": false, "git@example.com:a": false,
	} {
		if IsLocal(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}
