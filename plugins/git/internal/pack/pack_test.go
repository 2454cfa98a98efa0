package pack_test

import (
	"bytes"
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"flux-host/plugins/git/internal/gittest"
	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
)

// packed lets `git` write all objects of a repository with similar files, so that there are deltas.
func packed(t testing.TB, repo *gittest.Repo, options ...string) []byte {
	t.Helper()
	command := exec.Command("git", append([]string{"pack-objects", "--stdout", "--all", "--window=50", "-q"}, options...)...)
	command.Dir, command.Stdin = repo.Dir, strings.NewReader("")
	content, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func history(t testing.TB, options ...string) *gittest.Repo {
	t.Helper()
	repo := gittest.New(t, t.TempDir(), options...)
	random := rand.New(rand.NewSource(1))
	lines := make([]string, 500)
	for i := range lines {
		lines[i] = fmt.Sprint("line ", random.Int63())
	}
	for i := range 30 {
		lines[random.Intn(len(lines))] = fmt.Sprint("changed ", i)
		files := map[string]string{"big.txt": strings.Join(lines, "\n")}
		for n := range 20 {
			files[fmt.Sprintf("dir%d/file%d", n%3, n)] = fmt.Sprint(n, i/10)
		}
		repo.Commit(fmt.Sprint(i), files)
	}
	repo.Git("tag", "-a", "v1", "-m", "tag")
	return repo
}

func TestEveryObjectIsTheOneThatGitHas(t *testing.T) {
	for name, c := range map[string]struct {
		format  object.Format
		options []string
	}{
		"offset deltas":    {object.SHA1, []string{"--delta-base-offset"}},
		"reference deltas": {object.SHA1, nil},
		"sha256":           {object.SHA256, []string{"--delta-base-offset"}},
	} {
		t.Run(name, func(t *testing.T) {
			repo := history(t, "--object-format="+string(c.format))
			store, err := pack.Read(bytes.NewReader(packed(t, repo, c.options...)), c.format)
			if err != nil {
				t.Fatal(err)
			}
			names := strings.Fields(repo.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)"))
			if len(names) != store.Len() {
				t.Errorf("%d objects instead of %d", store.Len(), len(names))
			}
			for _, name := range names {
				id, err := object.ParseID(name)
				if err != nil {
					t.Fatal(err)
				}
				kind, content, err := store.Get(id)
				if err != nil {
					t.Fatal(err)
				}
				h := c.format.Hasher(kind, int64(len(content)))
				h.Write(content)
				if object.Sum(h) != id {
					t.Errorf("%s has the wrong content", name)
				}
			}
		})
	}
}

func TestABrokenPackIsAnErrorAndNeverAPanic(t *testing.T) {
	content := packed(t, history(t), "--delta-base-offset")
	random := rand.New(rand.NewSource(2))
	for range 300 {
		broken := bytes.Clone(content)
		if cut := random.Intn(3); cut == 0 {
			broken = broken[:random.Intn(len(broken))]
		} else {
			broken[random.Intn(len(broken))] ^= byte(1 + random.Intn(255))
		}
		if _, err := pack.Read(bytes.NewReader(broken), object.SHA1); err == nil {
			t.Fatal("a broken pack was accepted")
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(packed(f, history(f)))
	f.Fuzz(func(_ *testing.T, content []byte) {
		_, _ = pack.Read(bytes.NewReader(content), object.SHA1)
	})
}
