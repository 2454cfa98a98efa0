// Package source resolves and fetches a GitRepository.
package source

import (
	"io"
	"net/http"

	"flux-host/plugins/git/internal/remote"
)

// Request is the message of the contract for source plugins; the host sends the same for resolve and fetch.
type Request struct {
	Spec Spec `json:"spec"`
	// Secret holds the granted keys of the Secret: identity, known_hosts, password.
	Secret   map[string][]byte `json:"secret"`
	Revision string            `json:"revision"`
	Resolved *Resolved         `json:"resolved"`
}

// Spec is the part of a GitRepository's spec that matters here; the host applies ignore rules and includes.
type Spec struct {
	URL               string    `json:"url"`
	Ref               Reference `json:"ref"`
	RecurseSubmodules bool      `json:"recurseSubmodules"`
	SparseCheckout    []string  `json:"sparseCheckout"`
	SecretRef         *Named    `json:"secretRef"`
	Verify            *Verify   `json:"verify"`
}

// Named refers to an object of the same namespace.
type Named struct {
	Name string `json:"name"`
}

// Verify asks for a check of signatures, which the host does with what fetch returns as state.
type Verify struct {
	Mode string `json:"mode"`
}

// Reference says what to check out. From the lowest precedence to the highest: branch, tag, semver, name, commit.
type Reference struct {
	Branch string `json:"branch"`
	Tag    string `json:"tag"`
	SemVer string `json:"semver"`
	Name   string `json:"name"`
	Commit string `json:"commit"`
}

// Resolved is where the remote stands.
type Resolved struct {
	// Ref is the full name of the reference; empty when the spec only names a commit.
	Ref    string `json:"ref,omitempty"`
	Commit string `json:"commit"`
	// Tag is the name of the annotated tag object that Ref points at.
	Tag string `json:"tag,omitempty"`
	// Revision is how Flux writes it down, e.g. `main@sha1:…`.
	Revision string `json:"revision"`
	// Server spares the fetch a request; nil where every conversation has to be opened anew.
	Server *Server `json:"server,omitempty"`
}

// Server is what is known of a Git server since the reference was resolved.
type Server struct {
	// URL of the spec that it answered for, and Base where redirects led.
	URL  string `json:"url"`
	Base string `json:"base"`
	// Capabilities is nil when it was not asked for them: it speaks version 2, no more is known.
	Capabilities map[string]string `json:"capabilities,omitempty"`
}

// ResolveResponse answers resolve.
type ResolveResponse struct {
	Revision string    `json:"revision"`
	Resolved *Resolved `json:"resolved,omitempty"`
}

// FetchResponse answers fetch.
type FetchResponse struct {
	Revision string `json:"revision"`
	Message  string `json:"message,omitempty"`
	State    *State `json:"state,omitempty"`
}

// State is kept by the host until the next request.
type State struct {
	// SkippedSymlinks counts the symbolic links that were left out.
	SkippedSymlinks int `json:"skippedSymlinks,omitempty"`
	// Commit and Tag are the raw objects whose signatures the host verifies; only when the spec asks for it.
	Commit []byte `json:"commit,omitempty"`
	Tag    []byte `json:"tag,omitempty"`
	// TagName is the short name of the tag that was checked out; a light tag has no object, Tag is empty then.
	TagName string `json:"tagName,omitempty"`
}

// Host is what the plugin needs from outside.
type Host struct {
	HTTP http.RoundTripper
	// Openings is optional.
	Openings *Openings
	Dial     remote.Dialer
	// Create opens a file of the tree for writing; the path has slashes and is relative.
	Create func(path string, executable bool) (io.WriteCloser, error)
	// Mkdir makes a folder of the tree and those above it.
	Mkdir func(path string) error
	Log   func(message string)
}
