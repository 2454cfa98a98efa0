package source

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"flux-host/plugins/git/internal/wire"
)

// finder looks up the reference that a spec means.
type finder struct {
	ctx     context.Context
	session *wire.Session
	url     *url.URL
	spec    Spec
}

// find returns the reference and the name under which the revision goes.
func (f finder) find() (wire.Ref, string, error) {
	ref := f.spec.Ref
	switch {
	case ref.Name != "":
		// The suffix asks for the commit behind an annotated tag, which is what a checkout starts at in any case.
		found, err := f.exact(strings.TrimSuffix(ref.Name, "^{}"), "reference", "refs/")
		return found, ref.Name, err
	case ref.SemVer != "":
		found, err := f.highest(ref.SemVer)
		return found, shortName(found.Name), err
	case ref.Tag != "":
		found, err := f.exact("refs/tags/"+ref.Tag, "tag", "refs/tags/")
		return found, ref.Tag, err
	}
	branch := ref.Branch
	if branch == "" {
		branch = defaultBranch
	}
	found, err := f.exact("refs/heads/"+branch, "branch", "refs/heads/")
	return found, branch, err
}

// exact finds one reference. Only when it is not there are all its neighbours listed, to say what is.
func (f finder) exact(name, kind, neighbours string) (wire.Ref, error) {
	refs, err := f.list(name)
	if err != nil {
		return wire.Ref{}, err
	}
	for _, ref := range refs {
		if ref.Name == name {
			return ref, nil
		}
	}
	return wire.Ref{}, f.missing(name, kind, neighbours)
}

func (f finder) missing(name, kind, neighbours string) error {
	refs, err := f.list("HEAD", "refs/heads/", neighbours)
	if err != nil {
		return err
	}
	if len(refs) == 0 {
		if refs, err = f.list(); err != nil {
			return err
		}
		if len(refs) == 0 {
			return emptyRepository()
		}
	}
	short := strings.TrimPrefix(name, neighbours)
	if kind == "reference" {
		short = name
	}
	var others []string
	for _, ref := range refs {
		if other, ok := strings.CutPrefix(ref.Name, neighbours); ok {
			if kind == "reference" {
				other = ref.Name
			}
			others = append(others, other)
		}
	}
	what := fmt.Errorf("%s '%s' not found: couldn't find remote ref '%s'", kind, short, name)
	return operationFailed(f.url, what, f.suggestion(kind, short, others, headTarget(refs)))
}

func (f finder) suggestion(kind, name string, others []string, head string) string {
	hint := candidates(kind, name, others)
	if kind == "branch" && f.spec.Ref.Branch == "" {
		hint = fmt.Sprintf("spec.ref is not set, which means the branch %s; ", defaultBranch) + hint
	}
	if kind == "branch" && head != "" {
		hint += "; the repository's default branch is " + head
	}
	return hint
}

func (f finder) list(prefixes ...string) ([]wire.Ref, error) {
	refs, err := f.session.Refs(f.ctx, prefixes...)
	if err != nil {
		return nil, explain(err, f.url, f.spec)
	}
	return refs, nil
}

func headTarget(refs []wire.Ref) string {
	for _, ref := range refs {
		if ref.Name == "HEAD" {
			return strings.TrimPrefix(ref.Target, "refs/heads/")
		}
	}
	return ""
}
