package source

import (
	"fmt"
	"path"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
	"flux-host/plugins/git/internal/wire"
)

// maxDepth bounds how deep folders are nested.
const maxDepth = 256

// checkout writes the tree of one commit.
type checkout struct {
	clone  *clone
	store  *pack.Store
	sparse sparse
	// prefix is the folder of a submodule, with a slash at its end; level counts how deep submodules are nested.
	prefix string
	level  int

	files      []file
	submodules []submodule
	symlinks   int
	modules    object.ID
	// seen are the folders of the sparse checkout that the tree has.
	seen map[string]bool
}

// file is a regular file of the tree.
type file struct {
	path       string
	id         object.ID
	executable bool
}

// submodule is a commit of another repository in the tree.
type submodule struct {
	path   string
	commit object.ID
}

// write lists the tree, gets the blobs that the server was asked to leave out, and writes all files.
func (c *checkout) write(tree object.ID) error {
	c.seen = map[string]bool{}
	if err := c.walk(tree, "", 0); err != nil {
		return err
	}
	if err := c.sparse.check(c.seen); err != nil {
		return err
	}
	if err := c.complete(); err != nil {
		return err
	}
	for _, f := range c.files {
		if err := c.writeFile(f); err != nil {
			return fmt.Errorf("%s: %w", c.prefix+f.path, err)
		}
	}
	return c.writeSubmodules()
}

func (c *checkout) walk(tree object.ID, folder string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("folders are nested more than %d deep", maxDepth)
	}
	kind, content, err := c.store.Get(tree)
	if err != nil {
		return err
	}
	if kind != object.Tree {
		return fmt.Errorf("object %s is a %s, not a tree", tree, kind)
	}
	entries, err := object.ParseTree(content, object.FormatOf(tree))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := c.visit(entry, path.Join(folder, entry.Name), depth); err != nil {
			return err
		}
	}
	return nil
}

func (c *checkout) visit(entry object.Entry, name string, depth int) error {
	if name == ".gitmodules" && entry.Mode == object.File {
		c.modules = entry.ID
	}
	included := c.sparse.includes(name)
	if included && len(c.sparse) > 0 {
		c.seen[name] = true
	}
	switch entry.Mode {
	case object.Dir:
		if included || c.sparse.within(name) {
			return c.walk(entry.ID, name, depth+1)
		}
	case object.Submodule:
		if included {
			c.submodules = append(c.submodules, submodule{name, entry.ID})
		}
	case object.Symlink:
		if included {
			c.symlinks++
		}
	case object.File, object.Executable:
		if included {
			c.files = append(c.files, file{name, entry.ID, entry.Mode == object.Executable})
		}
	default:
		return fmt.Errorf("%s has the unknown mode %o", name, entry.Mode)
	}
	return nil
}

// complete fetches the blobs that are needed and not there, because the fetch left out all of them.
func (c *checkout) complete() error {
	missing := map[object.ID]bool{}
	var want wire.Want
	need := func(id object.ID) {
		if id != "" && !c.store.Has(id) && !missing[id] {
			missing[id] = true
			want.IDs = append(want.IDs, id.String())
		}
	}
	for _, f := range c.files {
		need(f.id)
	}
	if len(c.submodules) > 0 {
		need(c.modules)
	}
	if len(want.IDs) == 0 {
		return nil
	}
	blobs, err := c.clone.read(want)
	if err != nil {
		return err
	}
	c.store.Add(blobs)
	return nil
}

func (c *checkout) writeFile(f file) error {
	out, err := c.clone.host.Create(c.prefix+f.path, f.executable)
	if err != nil {
		return err
	}
	if _, err := c.store.WriteTo(out, f.id); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
