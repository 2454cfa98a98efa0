package pack

import (
	"bytes"
	"fmt"
	"io"

	"flux-host/plugins/git/internal/object"
)

// maxChain bounds a chain of deltas; Git itself writes at most 4095.
const maxChain = 4096

// resolveDeltas names the objects that are stored as deltas. A base given by name may itself be a delta that comes
// later, so it goes on until a round names no more.
func (s *Store) resolveDeltas() error {
	var open []int32
	for i := range s.entries {
		if s.entries[i].kind > object.Tag {
			open = append(open, int32(i))
		}
	}
	for len(open) > 0 {
		var waiting []int32
		for _, i := range open {
			if !s.baseKnown(i) {
				waiting = append(waiting, i)
				continue
			}
			kind, content, err := s.load(i)
			if err != nil {
				return err
			}
			h := s.format.Hasher(kind, int64(len(content)))
			h.Write(content)
			s.index[object.Sum(h)] = i
		}
		if len(waiting) == len(open) {
			return fmt.Errorf("%d deltas without their base", len(open))
		}
		open = waiting
	}
	return nil
}

// baseKnown follows a chain until it ends in an object, or in a name that is not known yet.
func (s *Store) baseKnown(i int32) bool {
	for range maxChain {
		if s.entries[i].kind <= object.Tag {
			return true
		}
		base, ok := s.baseOf(s.entries[i])
		if !ok {
			return false
		}
		i = base
	}
	return false
}

func (s *Store) baseOf(e entry) (int32, bool) {
	if e.kind == offsetDelta {
		i, ok := s.at[e.base]
		return i, ok
	}
	i, ok := s.index[e.baseID]
	return i, ok
}

// load returns an object's content, applying its chain of deltas.
func (s *Store) load(i int32) (object.Type, []byte, error) {
	var chain []int32
	for {
		if kind, content, ok := s.cache.get(i); ok {
			return s.apply(chain, kind, content)
		}
		e := s.entries[i]
		if e.kind <= object.Tag {
			content, err := s.content(e)
			if err != nil {
				return 0, nil, err
			}
			s.cache.add(i, e.kind, content)
			return s.apply(chain, e.kind, content)
		}
		base, ok := s.baseOf(e)
		if !ok || len(chain) >= maxChain {
			return 0, nil, fmt.Errorf("delta without its base")
		}
		chain = append(chain, i)
		i = base
	}
}

// apply rebuilds an object from its base outwards.
func (s *Store) apply(chain []int32, kind object.Type, content []byte) (object.Type, []byte, error) {
	for n := len(chain) - 1; n >= 0; n-- {
		delta, err := s.content(s.entries[chain[n]])
		if err != nil {
			return 0, nil, err
		}
		if content, err = patch(content, delta); err != nil {
			return 0, nil, err
		}
		s.cache.add(chain[n], kind, content)
	}
	return kind, content, nil
}

func (s *Store) content(e entry) ([]byte, error) {
	if e.size > maxInflated {
		return nil, fmt.Errorf("an object of %d bytes is too large to be held in memory", e.size)
	}
	in, err := s.inflate(e.data)
	if err != nil {
		return nil, err
	}
	// A wrong size must not reserve memory: what is claimed is believed up to a limit only.
	content := bytes.NewBuffer(make([]byte, 0, min(e.size, 16<<20)))
	if _, err := io.CopyN(content, in, e.size); err != nil {
		return nil, err
	}
	return content.Bytes(), nil
}
