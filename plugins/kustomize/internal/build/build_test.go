package build

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"flux-host/plugins/kustomize/internal/flux"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: registry.example.com/web:v1
        envFrom:
        - configMapRef:
            name: settings
`

var overlay = map[string]string{
	"base/kustomization.yaml": "resources: [deployment.yaml]\nconfigMapGenerator:\n- name: settings\n  files: [settings.ini]\n",
	"base/deployment.yaml":    deployment,
	"base/settings.ini":       "a=b\n",
	"prod/kustomization.yaml": `namespace: prod
namePrefix: prod-
resources: [../base]
images: [{name: registry.example.com/web, newTag: v2}]
replicas: [{name: web, count: 3}]
patches: [{path: patch.yaml}]
`,
	"prod/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  paused: true\n",
}

func TestBuildIsWhatKustomizeBuildsFromDisk(t *testing.T) {
	dir := folder(t, overlay)
	response, err := Run(Request{Path: "prod"}, mounts(dir, nil))
	if err != nil {
		t.Fatal(err)
	}
	expected, err := krusty.MakeKustomizer(&krusty.Options{
		LoadRestrictions: types.LoadRestrictionsNone,
		PluginConfig:     types.DisabledPluginConfig(),
	}).Run(filesys.MakeFsOnDisk(), filepath.Join(dir, "prod"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := expected.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	if *response.Resources != string(text) {
		t.Errorf("got\n%s\nwant\n%s", *response.Resources, text)
	}
}

func TestNothingIsWrittenToTheTree(t *testing.T) {
	dir := folder(t, map[string]string{"a.yaml": configMap})
	name := "renamed-"
	if _, err := Run(Request{Spec: flux.Spec{NamePrefix: &name}}, mounts(dir, nil)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
}

func TestRemoteBasesAreAskedForOnceEach(t *testing.T) {
	files := maps.Clone(overlay)
	files["prod/kustomization.yaml"] = `resources:
- ../base
- https://example.com/crds.yaml
- github.com/org/repo//deploy?ref=v1
- https://example.com/crds.yaml
components: [git@example.com:org/components]
patches: [{path: 'https://example.com/patch.yaml'}]
`
	response, err := Run(Request{Path: "prod"}, mounts(folder(t, files), nil))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"https://example.com/crds.yaml", "github.com/org/repo//deploy?ref=v1",
		"git@example.com:org/components", "https://example.com/patch.yaml",
	}
	if response.Resources != nil || !slices.Equal(response.Remotes, want) {
		t.Errorf("got %v", response.Remotes)
	}
}

func TestRemoteBasesAreReadFromTheirMounts(t *testing.T) {
	in := folder(t, map[string]string{
		"kustomization.yaml": "resources: ['https://example.com/a.yaml', 'github.com/org/repo//overlay?ref=v1']\n",
	})
	file := folder(t, map[string]string{"a.yaml": configMap})
	repository := folder(t, map[string]string{
		"overlay/kustomization.yaml": "resources: [../base]\nnamePrefix: remote-\n",
		"base/kustomization.yaml":    "resources: [b.yaml, 'https://example.com/more.yaml']\n",
		"base/b.yaml":                strings.ReplaceAll(configMap, "app", "base"),
	})
	request := Request{Remotes: map[string]string{
		"https://example.com/a.yaml":          "/remotes/0/a.yaml",
		"github.com/org/repo//overlay?ref=v1": "/remotes/1/overlay",
	}}
	real := mounts(in, map[string]string{"/remotes/0": file, "/remotes/1": repository, "/remotes/2": file})
	response, err := Run(request, real)
	if err != nil || !slices.Equal(response.Remotes, []string{"https://example.com/more.yaml"}) {
		t.Fatalf("the base's own base was not asked for: %v, %v", response, err)
	}
	request.Remotes["https://example.com/more.yaml"] = "/remotes/2/a.yaml"
	response, err = Run(request, real)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name: app\n", "name: remote-base\n", "name: remote-app\n"} {
		if !strings.Contains(*response.Resources, name) {
			t.Errorf("%q is missing in\n%s", name, *response.Resources)
		}
	}
}

func TestAFailureInARemoteBaseNamesTheBase(t *testing.T) {
	base := "github.com/org/repo?ref=v1"
	in := folder(t, map[string]string{"kustomization.yaml": "resources: ['" + base + "']\n"})
	repository := folder(t, map[string]string{"kustomization.yaml": "resources: [nope.yaml]\n"})
	_, err := Run(
		Request{Remotes: map[string]string{base: "/remotes/0"}},
		mounts(in, map[string]string{"/remotes/0": repository}),
	)
	wantFailure(t, err, base+"/kustomization.yaml: resource 'nope.yaml': no such file or directory")
}

func TestACustomSchemaDoesNotReachTheNextBuild(t *testing.T) {
	files := map[string]string{
		"kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]\n",
		"a.yaml":             "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {items: [{name: x, v: 1}]}\n",
		"p.yaml":             "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {items: [{name: y, v: 2}]}\n",
	}
	plain, err := build(t, files, "")
	if err != nil {
		t.Fatal(err)
	}
	withSchema := maps.Clone(files)
	withSchema["kustomization.yaml"] += "openapi: {path: schema.json}\n"
	withSchema["schema.json"] = `{"definitions": {"v1.Thing": {
		"x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "Thing", "version": "v1"}],
		"properties": {"spec": {"properties": {"items": {"type": "array", "items": {"type": "object"},
			"x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}}}}}`
	merged, err := build(t, withSchema, "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := build(t, files, "")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain, "name: x") || !strings.Contains(merged, "name: x") || again != plain {
		t.Errorf("plain:\n%s\nwith schema:\n%s\nplain again:\n%s", plain, merged, again)
	}
}

func TestWarmUpBuilds(t *testing.T) {
	if err := Warm(); err != nil {
		t.Fatal(err)
	}
}
