package source

import (
	"cmp"
	"context"
	"fmt"
	"net/url"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/remote"
	"flux-host/plugins/git/internal/wire"
)

const defaultBranch = "master"

// Resolve finds out where the remote stands without fetching anything. A pinned commit needs no network at all.
func Resolve(ctx context.Context, host Host, request Request) (ResolveResponse, error) {
	resolved, err := resolve(ctx, host, request)
	if err != nil {
		return ResolveResponse{}, err
	}
	return ResolveResponse{Revision: resolved.Revision, Resolved: resolved}, nil
}

func resolve(ctx context.Context, host Host, request Request) (*Resolved, error) {
	u, err := remote.ParseURL(request.Spec.URL)
	if err != nil {
		return nil, invalidURL(err)
	}
	if commit := request.Spec.Ref.Commit; commit != "" {
		return pinned(u, request.Spec.Ref)
	}
	session, conn, err := host.openToResolve(ctx, u, request)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	finder := finder{ctx: ctx, session: session, url: u, spec: request.Spec}
	ref, name, err := finder.find()
	host.Openings.note(u, session)
	if err != nil {
		return nil, err
	}
	resolved, err := standing(u, ref, name)
	if err != nil {
		return nil, err
	}
	resolved.Server = serverOf(u, conn, session)
	return resolved, nil
}

// standing puts a reference's state into the words of the contract.
func standing(u *url.URL, ref wire.Ref, name string) (*Resolved, error) {
	id, err := object.ParseID(ref.Commit())
	if err != nil {
		return nil, operationFailed(u, fmt.Errorf("the server sent an invalid reference: %w", err), "")
	}
	resolved := &Resolved{Ref: ref.Name, Commit: id.String(), Revision: revision(name, id)}
	if ref.Peeled != "" {
		resolved.Tag = ref.ID
	}
	return resolved, nil
}

// pinned resolves a commit that the spec names. A name or branch beside it goes into the revision; that the branch has the
// commit is checked by the fetch.
func pinned(u *url.URL, ref Reference) (*Resolved, error) {
	id, err := object.ParseID(ref.Commit)
	if err != nil {
		return nil, impossible(u, fmt.Errorf("spec.ref.commit: %w", err), "write the full commit hash: 40 hexadecimal digits (64 with SHA-256)")
	}
	resolved := &Resolved{Commit: id.String(), Revision: revision(cmp.Or(ref.Name, ref.Branch), id)}
	if ref.Branch != "" {
		resolved.Ref = "refs/heads/" + ref.Branch
	}
	return resolved, nil
}
