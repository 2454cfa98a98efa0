// Package v1 has the types that Helm's own `lookup` refers to; the plugin replaces that function.
package v1

// GetOptions are options of a read.
type GetOptions struct{}

// ListOptions are options of a list.
type ListOptions struct{}

// APIResource is a kind that an API server has.
type APIResource struct {
	Name       string
	Kind       string
	Group      string
	Version    string
	Namespaced bool
}

// APIResourceList has the kinds of a version.
type APIResourceList struct{ APIResources []APIResource }
