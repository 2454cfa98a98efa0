// Package scheme has the list of API versions that Helm starts from. Every render brings its own.
package scheme

import "k8s.io/apimachinery/pkg/runtime/schema"

// Versions stands for a registry of kinds.
type Versions struct{}

// Scheme knows Kubernetes' core only.
var Scheme = &Versions{}

// PrioritizedVersionsAllGroups returns the versions that are known without a cluster.
func (*Versions) PrioritizedVersionsAllGroups() []schema.GroupVersion {
	return []schema.GroupVersion{{Version: "v1"}}
}
