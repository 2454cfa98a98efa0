package parts

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"flux-host/plugins/kustomize/internal/tree"
)

// TestPartsGiveWhatTheWholeBuildGives compares the two on random kustomizations, and again after a change, when some parts
// are known. PARTS_N is the number of cases, PARTS_SEED the first one's seed.
func TestPartsGiveWhatTheWholeBuildGives(t *testing.T) {
	n, seed := number("PARTS_N", 120), number("PARTS_SEED", 1)
	divided, failed, kept := 0, 0, 0
	for i := range n {
		one := compare(t, uint64(seed+i))
		if t.Failed() {
			t.Fatalf("seed %d; again with PARTS_SEED=%d PARTS_N=1", seed+i, seed+i)
		}
		divided += one.divided
		failed += one.failed
		kept += one.kept
	}
	t.Logf("seeds %d to %d: %d builds in parts, %d with parts of an earlier build, %d as a whole, of which %d fail",
		seed, seed+n-1, divided, kept, 2*n-divided, failed)
	if n >= 100 && (divided < n/4 || kept < n/20 || failed > 2*n*3/4) {
		t.Error("too few of the cases try anything")
	}
}

type outcome struct{ divided, kept, failed int }

func compare(t *testing.T, seed uint64) (result outcome) {
	t.Helper()
	files := generate(seed)
	dir := t.TempDir()
	write(t, dir, files)
	cache := NewCache(1 << 30)
	for round := range 2 {
		if round == 1 {
			edit(t, dir, files, rand.New(rand.NewPCG(seed, 2)))
		}
		builds := 0
		inParts, ok := build(at(dir), "/in/top", options{
			minResources: 8,
			cache:        cache,
			run: func(fs filesys.FileSystem, folder string) (resmap.ResMap, error) {
				builds++
				return kustomize(fs, folder)
			},
		})
		want, err := whole(at(dir))
		switch {
		case err != nil:
			result.failed++
			if os.Getenv("PARTS_SHOW") != "" {
				t.Log(seed, err)
			}
			if ok {
				t.Errorf("round %d: the parts are built although the whole fails: %v", round, err)
			}
		case ok:
			result.divided++
			if round == 1 && builds == 0 || strings.Count(inParts, "\n---\n") > 0 && round == 1 && builds < 3 {
				result.kept++
			}
			if inParts != want {
				t.Errorf("round %d: %s", round, difference(inParts, want))
			}
		}
	}
	return result
}

// edit changes one file, adds one or takes one away.
func edit(t *testing.T, dir string, files map[string]string, r *rand.Rand) {
	t.Helper()
	names := sortedKeys(files)
	name := names[r.IntN(len(names))]
	text := files[name]
	switch r.IntN(4) {
	case 0:
		text = strings.Replace(text, "registry.example.com/app:v1", "registry.example.com/app:v2", 1)
	case 1:
		text = strings.Replace(text, "n1", "n2", 1)
	case 2:
		text = strings.Replace(text, "name: ", "name: edited-", 1)
	case 3:
		text = strings.Replace(text, "value: ", "value: changed-", 1)
	}
	write(t, dir, map[string]string{name: text})
}

func kustomize(fs filesys.FileSystem, folder string) (built resmap.ResMap, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return krusty.MakeKustomizer(&krusty.Options{
		LoadRestrictions: types.LoadRestrictionsNone,
		PluginConfig:     types.DisabledPluginConfig(),
	}).Run(fs, folder)
}

func whole(t *tree.Tree) (string, error) {
	built, err := kustomize(t, "/in/top")
	if err != nil {
		return "", err
	}
	text, err := built.AsYaml()
	return string(text), err
}

func at(dir string) *tree.Tree {
	return tree.New([]tree.Mount{{Virtual: "/in", Real: dir}}, nil)
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// difference shows the first document that is not the same.
func difference(got, want string) string {
	a, b := strings.Split(got, "---\n"), strings.Split(want, "---\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("document %d:\n%s\nof the whole build:\n%s", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d documents, %d of the whole build", len(a), len(b))
}

func sortedKeys(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }

func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}
