package source

import (
	"fmt"
	"strings"

	"flux-host/plugins/git/internal/object"
	"flux-host/plugins/git/internal/pack"
)

// maxSigned bounds the objects that go to the host for verification: a plugin's state may have 64 KiB.
const maxSigned = 40 << 10

// state collects what the host needs to verify signatures, if the spec asks for it.
func (c *clone) state(store *pack.Store, resolved Resolved, commit []byte) (*State, error) {
	state := &State{}
	if c.request.Spec.Verify == nil {
		return state, nil
	}
	state.Commit = commit
	if name, isTag := strings.CutPrefix(resolved.Ref, "refs/tags/"); isTag {
		state.TagName = name
	}
	if resolved.Tag != "" {
		id, err := object.ParseID(resolved.Tag)
		if err != nil {
			return nil, operationFailed(c.url, err, "")
		}
		if _, state.Tag, err = store.Get(id); err != nil {
			return nil, operationFailed(c.url, fmt.Errorf("tag object: %w", err), "")
		}
	}
	if len(state.Commit)+len(state.Tag) > maxSigned {
		return nil, operationFailed(c.url, fmt.Errorf("the commit and its tag are larger than %d bytes together, too much for verification", maxSigned), "")
	}
	return state, nil
}

func (s *State) orNil() *State {
	if s.SkippedSymlinks == 0 && s.Commit == nil && s.Tag == nil {
		return nil
	}
	return s
}
