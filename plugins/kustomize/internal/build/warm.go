package build

import (
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var warmUp = map[string]string{
	"/in/kustomization.yaml": `
namespace: a
namePrefix: b-
labels: [{pairs: {c: d}, includeSelectors: true}]
commonAnnotations: {e: f}
images: [{name: g, newTag: h}]
configMapGenerator: [{name: i, literals: [j=k]}]
resources: [deployment.yaml]
patches:
- patch: |
    {apiVersion: apps/v1, kind: Deployment, metadata: {name: l}, spec: {template: {spec: {containers: [{name: m, tty: true}]}}}}
- target: {kind: Deployment}
  patch: |
    - {op: add, path: /spec/replicas, value: 1}
`,
	"/in/deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: l}
spec:
  selector: {matchLabels: {n: o}}
  template:
    metadata: {labels: {n: o}}
    spec:
      containers: [{name: m, image: g}]
      volumes: [{name: p, configMap: {name: i}}]
`,
}

// Warm runs a build that touches what kustomize makes lazily.
func Warm() error {
	fs := filesys.MakeFsInMemory()
	for name, content := range warmUp {
		if err := fs.WriteFile(name, []byte(content)); err != nil {
			return err
		}
	}
	_, err := kustomize(fs, "/in")
	return err
}
