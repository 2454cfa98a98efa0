package source

import (
	"slices"

	"flux-host/plugins/git/internal/wire"
)

// checkPinned fails unless the branch of the spec, or without one any branch or tag, has the commit of spec.ref.commit in
// its history: servers also hand out commits that were pushed to a fork only. Flux has the same from cloning whole
// branches. Here the server is asked for what the commit has beyond the tips: nothing, when they have the commit.
func (c *clone) checkPinned(resolved Resolved) error {
	if c.request.Spec.Ref.Commit == "" {
		return nil
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	if resolved.Ref != "" {
		find := finder{ctx: c.ctx, session: server, url: c.url, spec: c.request.Spec}
		if _, err := find.exact(resolved.Ref, "branch", "refs/heads/"); err != nil {
			return err
		}
	}
	tips, err := c.tips(server, resolved)
	if err != nil || slices.Contains(tips, resolved.Commit) {
		return err
	}
	if !c.available(server, []string{resolved.Commit}) {
		return errUnavailable
	}
	want := wire.Want{IDs: []string{resolved.Commit}, Have: tips}
	if want.Filter, err = c.filter(server, "tree:0"); err != nil {
		return err
	}
	beyond, err := c.read(want)
	if err == nil && beyond.Len() > 0 {
		return c.commitMissing(resolved)
	}
	return err
}

// tips are the objects that the reference of the spec points at, or without one those of all branches and tags.
func (c *clone) tips(server *wire.Session, resolved Resolved) ([]string, error) {
	prefixes := []string{"HEAD", "refs/heads/", "refs/tags/"}
	if resolved.Ref != "" {
		prefixes = []string{resolved.Ref}
	} else if name := c.request.Spec.Ref.Name; name != "" {
		prefixes = append(prefixes, name)
	}
	refs, err := server.Refs(c.ctx, prefixes...)
	if err != nil {
		return nil, explain(err, c.url, c.request.Spec)
	}
	var tips []string
	for _, ref := range refs {
		if resolved.Ref == "" || ref.Name == resolved.Ref {
			tips = append(tips, ref.Commit())
		}
	}
	slices.Sort(tips)
	return slices.Compact(tips), nil
}
