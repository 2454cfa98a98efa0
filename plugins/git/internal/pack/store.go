package pack

import (
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"flux-host/plugins/git/internal/object"
)

var errMissing = errors.New("object not in the pack")

const (
	// maxInflated bounds an object that has to be in memory as a whole: commits, trees and both sides of a delta.
	maxInflated = 512 << 20
	// cacheBytes bounds the inflated objects that are kept.
	cacheBytes = 24 << 20
	// maxCached is the largest object that is kept.
	maxCached = 2 << 20
)

// Store is a packfile with an index of its objects.
type Store struct {
	format  object.Format
	data    chunks
	entries []entry
	// at finds an entry by its place in the pack, index by the object's name.
	at    map[int64]int32
	index map[object.ID]int32
	cache *cache
	zlib  io.ReadCloser
	// more are packs fetched later for the same tree.
	more []*Store
}

// Read takes in a packfile and checks it: its checksum, and every object by computing its name.
func Read(r io.Reader, format object.Format) (*Store, error) {
	s := &Store{
		format: format,
		at:     map[int64]int32{},
		index:  map[object.ID]int32{},
		cache:  newCache(cacheBytes),
	}
	if err := s.data.readAll(r); err != nil {
		return nil, err
	}
	if err := s.scan(); err != nil {
		return nil, fmt.Errorf("packfile: %w", err)
	}
	if err := s.resolveDeltas(); err != nil {
		return nil, fmt.Errorf("packfile: %w", err)
	}
	return s, nil
}

// Len is the number of objects.
func (s *Store) Len() int { return len(s.entries) }

// Has says whether the pack has an object.
func (s *Store) Has(id object.ID) bool {
	return s.holder(id) != nil
}

// holder is the pack that has an object; nil when none has.
func (s *Store) holder(id object.ID) *Store {
	if _, ok := s.index[id]; ok {
		return s
	}
	for _, other := range s.more {
		if found := other.holder(id); found != nil {
			return found
		}
	}
	return nil
}

// Get returns an object. The content must not be changed.
func (s *Store) Get(id object.ID) (object.Type, []byte, error) {
	holder := s.holder(id)
	if holder == nil {
		return 0, nil, fmt.Errorf("%w: %s", errMissing, id)
	}
	return holder.load(holder.index[id])
}

// WriteTo copies a blob's content to w without holding it in memory, unless it is stored as a delta.
func (s *Store) WriteTo(w io.Writer, id object.ID) (int64, error) {
	if s = s.holder(id); s == nil {
		return 0, fmt.Errorf("%w: %s", errMissing, id)
	}
	i := s.index[id]
	if s.entries[i].kind != object.Blob || s.cache.has(i) {
		kind, content, err := s.load(i)
		if err != nil {
			return 0, err
		}
		if kind != object.Blob {
			return 0, fmt.Errorf("object %s is a %s, not a blob", id, kind)
		}
		n, err := w.Write(content)
		return int64(n), err
	}
	in, err := s.inflate(s.entries[i].data)
	if err != nil {
		return 0, err
	}
	return io.CopyN(w, in, s.entries[i].size)
}

// inflate starts reading a compressed object. One reader serves all: it is valid until the next call.
func (s *Store) inflate(at int64) (io.Reader, error) {
	return s.inflateFrom(&cursor{data: &s.data, pos: at})
}

func (s *Store) inflateFrom(c *cursor) (io.Reader, error) {
	if s.zlib == nil {
		r, err := zlib.NewReader(c)
		s.zlib = r
		return r, err
	}
	return s.zlib, s.zlib.(zlib.Resetter).Reset(c, nil)
}

// Add makes the objects of another pack available, too.
func (s *Store) Add(more *Store) { s.more = append(s.more, more) }
