package parts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// project is a folder of applications, each a Deployment with its ServiceAccount, and what all of them use.
func project(apps int) map[string]string {
	files := map[string]string{
		"top/shared.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: apps}\n",
	}
	entries := []string{"shared.yaml"}
	for i := range apps {
		name := fmt.Sprintf("app-%d", i)
		files["top/"+name+".yaml"] = account(name) + "---\n" + deployment(name, "settings")
		entries = append(entries, name+".yaml")
	}
	files["top/kustomization.yaml"] = "namePrefix: x-\nnamespace: apps\nresources: [" + strings.Join(entries, ", ") + "]\n"
	return files
}

func account(name string) string {
	return "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: " + name + "}\n"
}

func deployment(name, settings string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec:\n  template:\n    spec:\n      serviceAccountName: " + name +
		"\n      containers: [{name: app, image: app, envFrom: [{configMapRef: {name: " + settings + "}}]}]\n"
}

// built is what became of a build.
type built struct {
	text    string
	inParts bool
	// runs are the builds of kustomize itself.
	runs int
}

func (b built) String() string { return fmt.Sprintf("in parts: %v, runs: %d", b.inParts, b.runs) }

// buildWith builds the files and compares the text with that of the whole build.
func buildWith(t *testing.T, cache *Cache, files map[string]string) built {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	var result built
	result.text, result.inParts = build(at(dir), "/in/top", options{
		minResources: 50,
		cache:        cache,
		run: func(fs filesys.FileSystem, folder string) (resmap.ResMap, error) {
			result.runs++
			return kustomize(fs, folder)
		},
	})
	want, err := whole(at(dir))
	if result.inParts && (err != nil || result.text != want) {
		t.Errorf("not what the whole build gives: %v %s", err, difference(result.text, want))
	}
	return result
}

func TestWhatManyUseIsInEveryPart(t *testing.T) {
	got := buildWith(t, NewCache(1<<20), project(100))
	if !got.inParts || got.runs < 4 || !strings.Contains(got.text, "name: x-settings") {
		t.Error(got)
	}
}

func TestAnEditBuildsOnePart(t *testing.T) {
	cache := NewCache(1 << 20)
	files := project(200)
	first := buildWith(t, cache, files)
	if again := buildWith(t, cache, files); !again.inParts || again.runs != 0 {
		t.Error("the same again:", again)
	}
	files["top/app-77.yaml"] = account("app-77") + "---\n" + deployment("app-77", "others")
	if edited := buildWith(t, cache, files); !edited.inParts || edited.runs != 1 {
		t.Error("edited:", edited)
	}
	files["top/app-77a.yaml"] = account("app-77a")
	files["top/kustomization.yaml"] = strings.Replace(files["top/kustomization.yaml"], "app-78.yaml", "app-77a.yaml, app-78.yaml", 1)
	if added := buildWith(t, cache, files); !added.inParts || added.runs > first.runs/2 {
		t.Error("added:", added, "of", first)
	}
}

func TestAChangeOfAPatchIsNoticed(t *testing.T) {
	cache := NewCache(1 << 20)
	files := project(100)
	patched := func(replicas int) string {
		files["top/patch.yaml"] = fmt.Sprintf("- {op: add, path: /spec/replicas, value: %d}\n", replicas)
		return buildWith(t, cache, files).text
	}
	files["top/kustomization.yaml"] += "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n"
	if one, two := patched(1), patched(2); strings.Count(one, "replicas: 1") != 100 || strings.Count(two, "replicas: 2") != 100 {
		t.Error("the patch does not reach all")
	}
}

func TestOneFileOfManyDocumentsIsDivided(t *testing.T) {
	var docs []string
	for i := range 120 {
		docs = append(docs, deployment(fmt.Sprintf("app-%d", i), "settings"))
	}
	got := buildWith(t, NewCache(1<<20), map[string]string{
		"top/all.yaml":           strings.Join(docs, "---\n"),
		"top/kustomization.yaml": "resources: [all.yaml]\n",
	})
	if !got.inParts || got.runs < 2 {
		t.Error(got)
	}
}

func TestNoReferenceLeadsThroughUnrelatedFields(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kustomize/api").Output()
	if err != nil {
		t.Fatal(err)
	}
	references, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "internal/konfig/builtinpluginconsts/namereference.go"))
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile(`(?m)path: (.*)$`).FindAllStringSubmatch(string(references), -1)
	if len(paths) < 50 {
		t.Fatalf("%d paths", len(paths))
	}
	for _, path := range paths {
		if leadsNowhere(path[1]) {
			t.Error(path[1])
		}
	}
}

func TestASelectorIsNoReference(t *testing.T) {
	files := project(100)
	for i := range 100 {
		name := fmt.Sprintf("app-%d", i)
		files["top/"+name+".yaml"] = deployment(name, "settings") + fmt.Sprintf("  selector: {matchLabels: {next: app-%d}}\n", i+1)
	}
	if got := buildWith(t, NewCache(1<<20), files); !got.inParts {
		t.Error(got)
	}
}

func TestDoubtsLeadToTheWholeBuild(t *testing.T) {
	for name, change := range map[string]func(map[string]string){
		"replacements":    func(f map[string]string) { f["top/kustomization.yaml"] += "replacements: [{path: r.yaml}]\n" },
		"an order":        func(f map[string]string) { f["top/kustomization.yaml"] += "sortOptions: {order: legacy}\n" },
		"an alias":        func(f map[string]string) { f["top/app-1.yaml"] += "---\n" + account("a") + "x: &x {y: z}\nw: *x\n" },
		"a list":          func(f map[string]string) { f["top/app-1.yaml"] = "apiVersion: v1\nkind: List\nitems: []\n" },
		"the same twice":  func(f map[string]string) { f["top/app-1.yaml"] += "---\n" + account("app-1") },
		"a deletion":      func(f map[string]string) { f["top/kustomization.yaml"] += deletion },
		"a name's change": func(f map[string]string) { f["top/kustomization.yaml"] += renaming },
		"few resources":   func(f map[string]string) { f["top/kustomization.yaml"] = "resources: [app-1.yaml]\n" },
		"one application": func(f map[string]string) { chain(f) },
	} {
		files := project(100)
		change(files)
		if got := buildWith(t, NewCache(1<<20), files); got.inParts {
			t.Error(name, got)
		}
	}
}

const (
	deletion = "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: app-1}, $patch: delete}'}]\n"
	renaming = "patches: [{target: {name: app-1}, patch: '[{op: replace, path: /metadata/name, value: b}]'}]\n"
)

// chain makes every application refer to the next one.
func chain(files map[string]string) {
	for i := range 100 {
		files[fmt.Sprintf("top/app-%d.yaml", i)] = deployment(fmt.Sprintf("app-%d", i), fmt.Sprintf("app-%d", i+1))
	}
}

func TestTheCacheHasALimit(t *testing.T) {
	cache := NewCache(10_000)
	buildWith(t, cache, project(100))
	if cache.size > 10_000 || cache.recent.Len() != len(cache.entries) {
		t.Errorf("%d bytes in %d entries", cache.size, len(cache.entries))
	}
}
