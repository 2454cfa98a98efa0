package parts

import (
	"fmt"
	"path"
	"strings"
)

func (g *generator) patches(k *strings.Builder, folder string) {
	if d, ok := g.deployed(folder); ok && g.chance(20) {
		fmt.Fprintf(k, "replicas:\n- {name: %s, count: 3}\n", d.name)
	}
	var list []string
	for range pick(g, 0, 0, 1, 2, 4) {
		if d, ok := g.deployed(folder); ok {
			list = append(list, g.patch(folder, d, len(list)))
		}
	}
	if len(list) > 0 {
		k.WriteString("patches:\n" + strings.Join(list, ""))
	}
	if d, ok := g.deployed(folder); ok && g.chance(10) {
		fmt.Fprintf(k, "patchesStrategicMerge:\n- |-\n%s", indent(4, g.merge(d)))
	}
	if d, ok := g.deployed(folder); ok && g.chance(10) {
		fmt.Fprintf(k, "patchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: %s, namespace: %q}\n", d.name, d.namespace)
		k.WriteString("  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 4}]'\n")
	}
}

// deployed is a Deployment of a folder, most of the time.
func (g *generator) deployed(folder string) (deployed, bool) {
	all := g.deployments[folder]
	switch {
	case g.wild && g.chance(15):
		return deployed{name: g.name()}, true
	case len(all) == 0:
		return deployed{}, false
	}
	return pick(g, all...), true
}

// merge is a strategic merge patch.
func (g *generator) merge(d deployed) string {
	head := fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s\n", d.name)
	if d.namespace != "" {
		head += "  namespace: " + d.namespace + "\n"
	}
	return head + pick(g,
		"spec: {paused: true}\n",
		"spec: {template: {spec: {serviceAccountName: "+g.name()+"}}}\n",
		"  annotations: {a: "+g.name()+"}\n",
		g.removal(),
	)
}

// removal deletes the patched object, in the wild.
func (g *generator) removal() string {
	if g.wild {
		return "$patch: delete\n"
	}
	return "spec: {minReadySeconds: 3}\n"
}

func (g *generator) patch(folder string, d deployed, number int) string {
	selector := pick(g, "kind: Deployment", "kind: Deployment, labelSelector: app", "kind: Deployment, name: own.*",
		"kind: Deployment, namespace: apps", "kind: Deployment, name: "+d.name)
	if g.wild && g.chance(30) {
		selector = pick(g, "kind: RoleBinding", "name: "+g.name(), "labelSelector: app", "name: n.*", "namespace: apps")
	}
	switch g.IntN(5) {
	case 0:
		return "- patch: |\n" + indent(4, g.merge(d))
	case 1:
		file := fmt.Sprintf("patch%d.yaml", number)
		g.files[path.Join(folder, file)] = g.merge(d) + pick(g, "", "---\n"+g.merge(pick(g, append(g.deployments[folder], d)...)))
		return fmt.Sprintf("- path: %s\n", file)
	case 2:
		return fmt.Sprintf("- target: {%s}\n  patch: |\n%s", selector, indent(4, g.merge(deployed{name: g.name()})))
	case 3:
		if !g.wild {
			break
		}
		operation := pick(g,
			"{op: add, path: /metadata/annotations/a, value: b}",
			"{op: add, path: /metadata/labels/l, value: "+g.name()+"}",
			"{op: add, path: /spec/template/spec/serviceAccountName, value: "+g.name()+"}",
			"{op: replace, path: /metadata/name, value: "+g.name()+"}",
			"{op: add, path: /metadata/namespace, value: "+g.namespace()+"}",
			"{op: add, path: /subjects/-, value: {kind: ServiceAccount, name: "+g.name()+", namespace: "+g.namespace()+"}}",
			"{op: copy, from: /metadata/name, path: /spec/template/spec/serviceAccountName}",
		)
		return fmt.Sprintf("- target: {%s}\n  patch: |\n    - %s\n", selector, operation)
	}
	operation := pick(g,
		"{op: replace, path: /spec/replicas, value: 7}",
		"{op: add, path: /spec/template/spec/hostNetwork, value: true}",
		"{op: add, path: /spec/template/spec/serviceAccountName, value: "+g.name()+"}",
		"{op: add, path: /metadata/annotations, value: {a: "+g.name()+"}}",
	)
	return fmt.Sprintf("- target: {%s}\n  patch: |\n    - %s\n", selector, operation)
}

func indent(by int, text string) string {
	space := strings.Repeat(" ", by)
	return space + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+space) + "\n"
}
