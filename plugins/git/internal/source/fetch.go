package source

import (
	"context"
	"fmt"
	"net/url"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
	"flux-host/plugins/git/internal/remote"
)

// Fetch gets the commit that Resolve found, and nothing else where the server allows it, and writes its tree.
func Fetch(ctx context.Context, host Host, request Request) (FetchResponse, error) {
	u, err := remote.ParseURL(request.Spec.URL)
	if err != nil {
		return FetchResponse{}, invalidURL(err)
	}
	resolved := request.Resolved
	if resolved == nil {
		if resolved, err = resolve(ctx, host, request); err != nil {
			return FetchResponse{}, err
		}
		request.Resolved = resolved
	}
	source := &clone{ctx: ctx, host: host, request: request, url: u}
	defer source.close()
	store, err := source.fetch(*resolved)
	if err != nil {
		return FetchResponse{}, err
	}
	commit, raw, err := source.commit(store, resolved.Commit)
	if err != nil {
		return FetchResponse{}, err
	}
	tree := &checkout{clone: source, store: store, sparse: sparse(request.Spec.SparseCheckout)}
	if err := tree.write(commit.Tree); err != nil {
		return FetchResponse{}, explain(err, u, request.Spec)
	}
	state, err := source.state(store, *resolved, raw)
	if err != nil {
		return FetchResponse{}, err
	}
	if state.SkippedSymlinks = tree.symlinks; tree.symlinks > 0 {
		host.Log(fmt.Sprintf("%d symbolic links were left out: an artifact holds regular files only", tree.symlinks))
	}
	return FetchResponse{Revision: resolved.Revision, Message: commit.Subject(), State: state.orNil()}, nil
}

// commit reads the commit, going through a tag where the spec's hash is that of an annotated tag.
func (c *clone) commit(store *pack.Store, name string) (object.CommitInfo, []byte, error) {
	var none object.CommitInfo
	id, err := object.ParseID(name)
	if err != nil {
		return none, nil, operationFailed(c.url, err, "")
	}
	kind, content, err := store.Get(id)
	for err == nil && kind == object.Tag {
		if id, err = object.TagTarget(content); err == nil {
			kind, content, err = store.Get(id)
		}
	}
	if err != nil {
		return none, nil, operationFailed(c.url, err, "")
	}
	if kind != object.Commit {
		return none, nil, impossible(c.url, fmt.Errorf("%s is a %s, not a commit", name, kind), "")
	}
	info, err := object.ParseCommit(content)
	if err != nil {
		return none, nil, operationFailed(c.url, err, "")
	}
	return info, content, nil
}

// clone is the fetch of one repository, the main one or a submodule.
type clone struct {
	ctx     context.Context
	host    Host
	request Request
	url     *url.URL
	session session
}
