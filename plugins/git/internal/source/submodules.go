package source

import (
	"fmt"
	"path"

	"flux-host/plugins/git/internal/gitconfig"
	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/remote"
)

// maxLevel bounds how deep submodules are nested, as in Flux.
const maxLevel = 10

// writeSubmodules writes the trees of the submodules, or just their folders when the spec does not want them.
func (c *checkout) writeSubmodules() error {
	if len(c.submodules) == 0 {
		return nil
	}
	urls := map[string]string{}
	if c.modules != "" && c.clone.request.Spec.RecurseSubmodules {
		_, content, err := c.store.Get(c.modules)
		if err != nil {
			return fmt.Errorf(".gitmodules: %w", err)
		}
		if urls, err = gitconfig.Submodules(content); err != nil {
			return fmt.Errorf(".gitmodules: %w", err)
		}
	}
	for _, module := range c.submodules {
		url, ok := urls[module.path]
		if !ok {
			if err := c.clone.host.Mkdir(c.prefix + module.path); err != nil {
				return err
			}
			continue
		}
		if err := c.writeSubmodule(module, url); err != nil {
			return err
		}
	}
	return nil
}

func (c *checkout) writeSubmodule(module submodule, raw string) error {
	place := c.prefix + module.path
	u, err := remote.ResolveSubmodule(c.clone.url, raw)
	if err != nil {
		return operationFailed(c.clone.url, fmt.Errorf("submodule '%s': URL in .gitmodules: %w", place, err), "")
	}
	if c.level >= maxLevel {
		return operationFailed(c.clone.url, fmt.Errorf("submodule '%s': nested more than %d deep", place, maxLevel), "")
	}
	request := c.clone.request
	request.Spec.SparseCheckout, request.Spec.Verify, request.Spec.Ref = nil, nil, Reference{}
	source := &clone{ctx: c.clone.ctx, host: c.clone.host, request: request, url: u}
	defer source.close()
	inner := &checkout{clone: source, prefix: path.Clean(place) + "/", level: c.level + 1}
	if err := inner.fill(module.commit); err != nil {
		return fmt.Errorf("submodule '%s': %w", place, err)
	}
	c.symlinks += inner.symlinks
	return nil
}

// fill fetches and writes a submodule's commit.
func (c *checkout) fill(id object.ID) error {
	var err error
	if c.store, err = c.clone.fetch(Resolved{Commit: id.String()}); err != nil {
		return err
	}
	commit, _, err := c.clone.commit(c.store, id.String())
	if err != nil {
		return err
	}
	if err := c.write(commit.Tree); err != nil {
		return explain(err, c.clone.url, c.clone.request.Spec)
	}
	return nil
}
