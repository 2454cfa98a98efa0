// Package schema has names of kinds.
package schema

import "strings"

// GroupVersion is the parsed form of an apiVersion.
type GroupVersion struct{ Group, Version string }

// String is the apiVersion.
func (v GroupVersion) String() string {
	if v.Group == "" {
		return v.Version
	}
	return v.Group + "/" + v.Version
}

// GroupVersionKind names a kind.
type GroupVersionKind struct{ Group, Version, Kind string }

// GroupVersion is the kind's version.
func (k GroupVersionKind) GroupVersion() GroupVersion {
	return GroupVersion{Group: k.Group, Version: k.Version}
}

// String is for messages.
func (k GroupVersionKind) String() string { return k.GroupVersion().String() + ", Kind=" + k.Kind }

// GroupVersionResource names the plural of a kind.
type GroupVersionResource struct{ Group, Version, Resource string }

// FromAPIVersionAndKind takes apiVersion and kind of an object.
func FromAPIVersionAndKind(apiVersion, kind string) GroupVersionKind {
	group, version, found := strings.Cut(apiVersion, "/")
	if !found {
		return GroupVersionKind{Version: apiVersion, Kind: kind}
	}
	return GroupVersionKind{Group: group, Version: version, Kind: kind}
}
