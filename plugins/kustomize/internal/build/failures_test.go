package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFailuresNameTheFileAtFault(t *testing.T) {
	lists := func(entries ...string) string { return "resources:\n- " + strings.Join(entries, "\n- ") + "\n" }
	for name, test := range map[string]struct {
		files map[string]string
		path  string
		want  string
	}{
		"a resource that is not there": {
			files: map[string]string{"kustomization.yaml": lists("nope.yaml")},
			want:  "kustomization.yaml: resource 'nope.yaml': no such file or directory",
		},
		"a base that is not there, two levels down": {
			files: map[string]string{
				"prod/kustomization.yaml": lists("../base"),
				"base/kustomization.yaml": lists("../common"),
			},
			path: "prod",
			want: "base/kustomization.yaml: resource '../common': no such file or directory",
		},
		"a component that is not there": {
			files: map[string]string{"kustomization.yaml": "components: [c]\n"},
			want:  "kustomization.yaml: component 'c': no such file or directory",
		},
		"a way out of the artifact": {
			files: map[string]string{"app/kustomization.yaml": lists("../../../etc")},
			path:  "app",
			want:  "app/kustomization.yaml: resource '../../../etc': path is not in or below the root of the artifact",
		},
		"a folder without kustomization": {
			files: map[string]string{"kustomization.yaml": lists("base"), "base/a.yaml": configMap},
			want:  "kustomization.yaml: resource 'base': the folder has no kustomization.yaml",
		},
		"a cycle": {
			files: map[string]string{
				"a/kustomization.yaml": lists("../b"),
				"b/kustomization.yaml": lists("../a"),
			},
			path: "a",
			want: "kustomization cycle: a → b → a",
		},
		"a folder that refers to the one above it": {
			files: map[string]string{
				"kustomization.yaml":     lists("sub"),
				"sub/kustomization.yaml": lists(".."),
			},
			want: "kustomization cycle: . → sub → .",
		},
		"a kustomization that is not YAML": {
			files: map[string]string{"kustomization.yaml": "resources: [a\n"},
			want:  "kustomization.yaml: yaml: line 1: did not find expected ',' or ']'",
		},
		"a base's kustomization with an unknown field": {
			files: map[string]string{
				"kustomization.yaml":      lists("base"),
				"base/kustomization.yaml": "resource: [a.yaml]\n",
			},
			want: `base/kustomization.yaml: unknown field "resource"`,
		},
		"a resource that is not YAML": {
			files: map[string]string{
				"kustomization.yaml":      lists("base"),
				"base/kustomization.yaml": lists("a.yaml"),
				"base/a.yaml":             configMap + "data: {a: 'b}\n",
			},
			want: "base: a.yaml: yaml: line 5: found unexpected end of stream",
		},
		"a resource that is not an object": {
			files: map[string]string{"kustomization.yaml": lists("a.yaml"), "a.yaml": "replicas: 1\n"},
			want:  "a.yaml: missing Resource metadata",
		},
		"two resources with one name": {
			files: map[string]string{"kustomization.yaml": lists("a.yaml", "b.yaml"), "a.yaml": configMap, "b.yaml": configMap},
			want:  "b.yaml: may not add resource with an already registered id: ConfigMap.v1.[noGrp]/app.[noNs]",
		},
		"a path that is not there": {
			files: map[string]string{"a.yaml": configMap},
			path:  "nope",
			want:  "nope: no such file or directory",
		},
		"a path that is a file": {
			files: map[string]string{"a.yaml": configMap},
			path:  "a.yaml",
			want:  "a.yaml is a file, not a folder",
		},
		"a file for everybody to see that is not Kubernetes'": {
			files: map[string]string{"a.yaml": configMap, "sub/values.yaml": "replicas: 1\n"},
			want:  "failed to decode Kubernetes YAML from sub/values.yaml: missing Resource metadata",
		},
		"nesting without end": {
			files: map[string]string{"a.yaml": configMap + "data: " + strings.Repeat("[", 100_000)},
			want:  "a.yaml: yaml: line 5: nested more than 500 levels deep",
		},
		"aliases that expand without end": {
			files: map[string]string{"a.yaml": configMap + bomb()},
			want:  "a.yaml: yaml: aliases expand to more than 1000000 values",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := build(t, test.files, test.path)
			wantFailure(t, err, test.want)
		})
	}
}

func bomb() string {
	text := "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n"
	for i := 1; i < 10; i++ {
		previous := "*x" + string(rune('0'+i-1))
		text += "x" + string(rune('0'+i)) + ": &x" + string(rune('0'+i)) + " [" + strings.Repeat(previous+", ", 9) + previous + "]\n"
	}
	return text
}

func TestLinksAreNotFollowed(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte(configMap), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := folder(t, map[string]string{"kustomization.yaml": "resources: [link.yaml]\n"})
	if err := os.Symlink(secret, filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	_, err := Run(Request{}, mounts(dir, nil))
	wantFailure(t, err, "kustomization.yaml: resource 'link.yaml': symbolic links are not followed")
}
