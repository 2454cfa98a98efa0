// Package wire speaks Git's fetch protocol, version 2 and, where the server has no better, version 0 and 1.
//
// See https://git-scm.com/docs/protocol-v2 and https://git-scm.com/docs/pack-protocol.
package wire

import (
	"context"
	"io"
	"strings"
)

// Conn is a way to a repository's `git-upload-pack`.
type Conn interface {
	// Advertise asks for the service and returns the server's opening.
	Advertise(ctx context.Context) (io.Reader, error)
	// Exchange sends one whole request and returns the answer, which ends before the next Exchange. A stateless connection
	// takes it without an Advertise before; an answer that is not the protocol's is an error then.
	Exchange(ctx context.Context, request []byte) (io.Reader, error)
	// Stateless says that each exchange is a request of its own (HTTP).
	Stateless() bool
	Close() error
}

// Ref is a reference that the server has.
type Ref struct {
	Name string
	ID   string
	// Peeled is the commit behind an annotated tag; empty for all others.
	Peeled string
	// Target is the branch that a symbolic reference stands for.
	Target string
}

// Commit returns the object that a checkout of the reference starts at.
func (r Ref) Commit() string {
	if r.Peeled != "" {
		return r.Peeled
	}
	return r.ID
}

// Final is implemented by errors that stay the same however the server is asked, or that should not be asked for twice.
type Final interface {
	error
	Final() bool
}

// RemoteError is what the server itself said is wrong.
type RemoteError struct{ Message string }

func (e *RemoteError) Error() string { return "remote: " + e.Message }

// NotOurRef says that the server refused an object: see Session.KnowsAll.
func (e *RemoteError) NotOurRef() bool { return strings.Contains(e.Message, "not our ref") }
