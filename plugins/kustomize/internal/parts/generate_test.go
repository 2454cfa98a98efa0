package parts

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
)

// generator makes kustomizations at random: few names, so that they meet.
type generator struct {
	*rand.Rand
	files map[string]string
	// wild: what is made may well be refused.
	wild bool
	// bases are folders that others may refer to.
	bases []string
	names []string
	// deployments are those that can be patched in a folder, by their original names.
	deployments map[string][]deployed
	generated   map[string]bool
}

// deployed is a Deployment.
type deployed struct{ name, namespace string }

// generate returns the files of a kustomization in the folder `top`, by relative path.
func generate(seed uint64) map[string]string {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), files: map[string]string{}, deployments: map[string][]deployed{}, generated: map[string]bool{}}
	g.wild = g.chance(25)
	for i := range 6 + g.IntN(40) {
		g.names = append(g.names, fmt.Sprintf("n%d", i))
	}
	if g.chance(30) {
		g.names = append(g.names, "default", "apps", "x-n1", "n1-s", "web", "http")
	}
	for i := range g.IntN(4) {
		g.kustomization(fmt.Sprintf("base%d", i), false)
	}
	g.kustomization("top", true)
	return g.files
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) name() string { return pick(g, g.names...) }

// safe is the given name, or, in the wild, any.
func (g *generator) safe(name string) string {
	if g.wild && g.chance(50) {
		return g.name()
	}
	return name
}

func (g *generator) namespace() string { return pick(g, "apps", "web", "default", "n1") }

func (g *generator) kustomization(folder string, isTop bool) {
	k := &strings.Builder{}
	var entries []string
	for i := range g.IntN(20) + 2 {
		file := fmt.Sprintf("r%d.yaml", i)
		var docs []string
		for range pick(g, 1, 1, 1, 2, 3, 8) {
			docs = append(docs, g.resource(folder))
		}
		g.files[path.Join(folder, file)] = pick(g, "", "---\n", "# first\n") + strings.Join(docs, pick(g, "---\n", "--- # next\n"))
		entries = append(entries, file)
	}
	for i := 0; i < len(g.bases); i++ {
		base := g.bases[i]
		if g.chance(map[bool]int{true: 80, false: 25}[isTop]) {
			entries = append(entries, "../"+base)
			g.deployments[folder] = append(g.deployments[folder], g.deployments[base]...)
			if !g.chance(10) { // twice is a conflict, unless something sets the two apart
				g.bases = slices.Delete(g.bases, i, i+1)
				i--
			}
		}
	}
	g.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	fmt.Fprintf(k, "resources:\n- %s\n", strings.Join(entries, "\n- "))
	g.fields(k, folder)
	g.generators(k)
	if g.chance(25) {
		g.component(k, folder)
	}
	if g.wild && g.chance(25) {
		g.oddity(k)
	}
	g.files[path.Join(folder, pick(g, "kustomization.yaml", "kustomization.yaml", "Kustomization"))] = k.String()
	if !isTop {
		g.bases = append(g.bases, folder)
	}
}

// fields are those that kustomizations and components share.
func (g *generator) fields(k *strings.Builder, folder string) {
	if g.chance(40) {
		fmt.Fprintf(k, "namePrefix: %s\n", pick(g, "x-", "p-"))
	}
	if g.chance(25) {
		fmt.Fprintf(k, "nameSuffix: %s\n", pick(g, "-s", "-t"))
	}
	if g.chance(40) {
		fmt.Fprintf(k, "namespace: %s\n", g.namespace())
	}
	if g.chance(30) {
		fmt.Fprintf(k, "labels:\n- pairs: {team: %s}\n  includeSelectors: %v\n", g.name(), g.chance(30))
	} else if g.chance(15) {
		fmt.Fprintf(k, "commonLabels: {tier: %s}\n", g.name())
	}
	if g.chance(20) {
		key := pick(g, "note", "nginx.ingress.kubernetes.io/auth-secret")
		fmt.Fprintf(k, "commonAnnotations: {%s: %s}\n", key, pick(g, "text", g.name()))
	}
	if g.chance(30) {
		fmt.Fprintf(k, "images:\n- {name: registry.example.com/app, newTag: v%d}\n", g.IntN(9))
	}
	g.patches(k, folder)
}

func (g *generator) component(k *strings.Builder, folder string) {
	at := folder + "-component"
	g.deployments[at] = g.deployments[folder]
	c := &strings.Builder{}
	c.WriteString("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n")
	if g.chance(60) {
		g.files[path.Join(at, "own.yaml")] = g.resource(at)
		c.WriteString("resources: [own.yaml]\n")
	}
	g.fields(c, at)
	if g.chance(30) {
		g.generators(c)
	}
	g.files[path.Join(at, "kustomization.yaml")] = c.String()
	fmt.Fprintf(k, "components: [../%s]\n", at)
}

func (g *generator) generators(k *strings.Builder) {
	if g.chance(30) && (g.wild || !g.generated["settings"]) {
		g.generated["settings"] = true
		behaviour := ""
		if g.wild {
			behaviour = pick(g, "", ", behavior: merge", ", behavior: replace", ", behavior: create")
		}
		fmt.Fprintf(k, "configMapGenerator:\n- {name: %s, literals: [a=%d]%s}\n", g.safe("settings"), g.IntN(9), behaviour)
	} else if g.generated["settings"] && g.chance(40) {
		fmt.Fprintf(k, "configMapGenerator:\n- {name: settings, literals: [b=%d], behavior: merge}\n", g.IntN(9))
	}
	if g.chance(15) && (g.wild || !g.generated["keys"]) {
		g.generated["keys"] = true
		fmt.Fprintf(k, "secretGenerator:\n- {name: %s, literals: [a=%d]}\n", g.safe("keys"), g.IntN(9))
	}
	if g.chance(15) {
		fmt.Fprintf(k, "generatorOptions: {disableNameSuffixHash: %v, labels: {generated: \"yes\"}}\n", g.chance(60))
	}
}

// oddity is something that parts are not made for.
func (g *generator) oddity(k *strings.Builder) {
	k.WriteString(pick(g,
		"sortOptions: {order: fifo}\n",
		"buildMetadata: [originAnnotations]\n",
		"vars:\n- {name: V, objref: {apiVersion: v1, kind: Service, name: n1}}\n",
		fmt.Sprintf(`replacements:
- source: {kind: ConfigMap, name: %s, fieldPath: data.text}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [metadata.annotations.copied]
    options: {create: true}
`, g.name()),
	))
}
