// Package runtime has the type of resources that Helm's release refers to.
package runtime

// Object is any Kubernetes object.
type Object any
