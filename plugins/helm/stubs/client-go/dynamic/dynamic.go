// Package dynamic has what Helm's own `lookup` refers to; the plugin replaces that function.
package dynamic

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// Object would be an object, or a list of objects.
type Object struct{}

// UnstructuredContent would be its fields.
func (*Object) UnstructuredContent() map[string]any { return nil }

// ResourceInterface would read objects of one kind.
type ResourceInterface interface {
	Get(ctx context.Context, name string, options metav1.GetOptions, subresources ...string) (*Object, error)
	List(ctx context.Context, options metav1.ListOptions) (*Object, error)
}

// NamespaceableResourceInterface would do so in a namespace.
type NamespaceableResourceInterface interface {
	ResourceInterface
	Namespace(string) ResourceInterface
}

// Client would make them.
type Client struct{}

// NewForConfig fails: there is no cluster in here.
func NewForConfig(*rest.Config) (*Client, error) { return nil, errors.New("no cluster") }

// Resource is never reached.
func (*Client) Resource(schema.GroupVersionResource) NamespaceableResourceInterface { return nil }
