package source

import (
	"errors"
	"fmt"
	"slices"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
	"flux-host/plugins/git/internal/wire"
)

// errUnavailable says that the server does not hand out a commit by its name.
var errUnavailable = errors.New("the server does not hand out this commit")

// session is the open conversation; one of version 0 over SSH ends with its first fetch.
type session struct {
	*wire.Session
	used bool
}

func (c *clone) open() (*wire.Session, error) {
	if c.session.Session != nil && !(c.session.used && c.session.OneFetch()) {
		return c.session.Session, nil
	}
	c.close()
	opened, err := c.host.open(c.ctx, c.url, c.request)
	c.session = session{Session: opened}
	return opened, err
}

func (c *clone) close() {
	if c.session.Session != nil {
		c.session.Close()
	}
	c.session = session{}
}

// fetch gets the resolved commit: by itself if the server allows it, else within the history of the reference.
func (c *clone) fetch(resolved Resolved) (*pack.Store, error) {
	id, err := object.ParseID(resolved.Commit)
	if err != nil {
		return nil, operationFailed(c.url, err, "")
	}
	server, err := c.open()
	if err != nil {
		return nil, err
	}
	if server.Format() != object.FormatOf(id) {
		return nil, impossible(c.url, fmt.Errorf("the repository uses %s object names, which %s is not", server.Format(), id), "")
	}
	store, err := c.fetchExact(resolved)
	var said *wire.RemoteError
	refused := errors.As(err, &said)
	switch {
	case refused && server.KnowsAll() && said.NotOurRef():
		return nil, c.commitMissing(resolved)
	case refused, errors.Is(err, errUnavailable):
		// Servers refuse in many words; whether the commit is there shows in the history.
		return c.fetchHistory(resolved, id)
	}
	return store, err
}

func (c *clone) fetchExact(resolved Resolved) (*pack.Store, error) {
	if err := c.checkPinned(resolved); err != nil {
		return nil, err
	}
	server, err := c.open()
	if err != nil {
		return nil, err
	}
	want := wire.Want{IDs: []string{resolved.Commit}, Depth: 1}
	if resolved.Tag != "" && c.request.Spec.Verify != nil {
		want.IDs = append(want.IDs, resolved.Tag)
	}
	if !c.available(server, want.IDs) {
		return nil, errUnavailable
	}
	if len(c.request.Spec.SparseCheckout) > 0 && !server.OneFetch() {
		if want.Filter, err = c.filter(server, "blob:none"); err != nil {
			return nil, err
		}
	}
	return c.read(want)
}

// filter is the given one where the server knows any, else none.
func (c *clone) filter(server *wire.Session, filter string) (string, error) {
	can, err := server.CanFilter(c.ctx)
	if err != nil {
		return "", explain(err, c.url, c.request.Spec)
	}
	if !can {
		return "", nil
	}
	return filter, nil
}

// available says whether the objects can be asked for: any on most servers, on others those that references point at.
func (c *clone) available(server *wire.Session, ids []string) bool {
	if server.CanFetchAny() {
		return true
	}
	refs, err := server.Refs(c.ctx)
	return err == nil && !slices.ContainsFunc(ids, func(id string) bool {
		return !slices.ContainsFunc(refs, func(ref wire.Ref) bool { return ref.ID == id || ref.Peeled == id })
	})
}

// fetchHistory looks for the commit in the history of the reference, or of all branches and tags: first in its last
// commits, then in all of it.
func (c *clone) fetchHistory(resolved Resolved, id object.ID) (*pack.Store, error) {
	for _, depth := range []int{50, 0} {
		server, err := c.open()
		if err != nil {
			return nil, err
		}
		tips, err := c.tips(server, resolved)
		if err != nil {
			return nil, err
		}
		want := wire.Want{IDs: tips, Depth: depth}
		if len(want.IDs) == 0 {
			break
		}
		store, err := c.read(want)
		if err != nil {
			return nil, err
		}
		if store.Has(id) {
			return store, nil
		}
	}
	return nil, c.commitMissing(resolved)
}

func (c *clone) commitMissing(resolved Resolved) error {
	where, hint := "repository", "it may have been removed from the server"
	if resolved.Ref != "" {
		where, hint = "history of "+resolved.Ref, "the reference moved during the fetch: the next attempt follows it"
	}
	if c.request.Spec.Ref.Commit != "" {
		hint = "check spec.ref.commit and spec.ref.branch; the commit may have been removed from the server, or be on no branch or tag"
	}
	return operationFailed(c.url, fmt.Errorf("unable to resolve commit object for '%s': not found in the %s", resolved.Commit, where), hint)
}

// read fetches objects into a store.
func (c *clone) read(want wire.Want) (*pack.Store, error) {
	server, err := c.open()
	if err != nil {
		return nil, err
	}
	c.session.used = true
	packfile, err := server.Fetch(c.ctx, want)
	if err != nil {
		c.close()
		return nil, explain(err, c.url, c.request.Spec)
	}
	store, err := pack.Read(packfile, server.Format())
	if err != nil {
		return nil, explain(err, c.url, c.request.Spec)
	}
	return store, nil
}
