package pack

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"flux-host/plugins/git/internal/object"
)

// Types of entries beside the types of objects.
const (
	offsetDelta    object.Type = 6
	referenceDelta object.Type = 7
)

// entry is one object as it lies in the pack.
type entry struct {
	// start of the entry, and of its compressed data.
	start, data int64
	// size of the inflated data: the object's, or the delta's.
	size int64
	kind object.Type
	// base of an offsetDelta, baseID of a referenceDelta.
	base   int64
	baseID object.ID
}

// scan walks the pack from start to end, names every object that is not a delta, and checks the pack's own checksum.
func (s *Store) scan() error {
	trailer := int64(s.format.Size())
	if s.data.size < 12+trailer {
		return fmt.Errorf("truncated after %d bytes", s.data.size)
	}
	in := &cursor{data: &s.data}
	var head [12]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	if version := binary.BigEndian.Uint32(head[4:]); string(head[:4]) != "PACK" || version < 2 || version > 3 {
		return fmt.Errorf("not a packfile of version 2 or 3")
	}
	for range binary.BigEndian.Uint32(head[8:]) {
		if err := s.scanEntry(in); err != nil {
			return fmt.Errorf("object %d: %w", len(s.entries), err)
		}
	}
	if in.pos != s.data.size-trailer {
		return fmt.Errorf("%d bytes after the last object", s.data.size-trailer-in.pos)
	}
	return s.verifyChecksum()
}

func (s *Store) scanEntry(in *cursor) error {
	e := entry{start: in.pos}
	if err := e.readHeader(in, s.format); err != nil {
		return err
	}
	e.data = in.pos
	i := int32(len(s.entries))
	s.entries = append(s.entries, e)
	s.at[e.start] = i
	inflated, err := s.inflateFrom(in)
	if err != nil {
		return err
	}
	if e.kind > object.Tag {
		return s.copyExactly(io.Discard, inflated, e.size)
	}
	h := s.format.Hasher(e.kind, e.size)
	if err := s.name(i, e, h, inflated); err != nil {
		return err
	}
	s.index[object.Sum(h)] = i
	return nil
}

// name feeds the object's content to its hash and, when small, to the cache: most objects are then inflated once.
func (s *Store) name(i int32, e entry, h hash.Hash, inflated io.Reader) error {
	if e.size > maxCached || !s.cache.fits(e.size) {
		return s.copyExactly(h, inflated, e.size)
	}
	content := bytes.NewBuffer(make([]byte, 0, e.size))
	if err := s.copyExactly(content, inflated, e.size); err != nil {
		return err
	}
	h.Write(content.Bytes())
	s.cache.add(i, e.kind, content.Bytes())
	return nil
}

// copyExactly also reads to the end of the compressed data, which checks its Adler-32.
func (s *Store) copyExactly(w io.Writer, r io.Reader, size int64) error {
	n, err := io.Copy(w, io.LimitReader(r, size+1))
	if err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%d bytes long instead of %d", n, size)
	}
	return nil
}

func (s *Store) verifyChecksum() error {
	h := s.format.New()
	left := s.data.size - int64(s.format.Size())
	for _, chunk := range s.data.list {
		part := chunk[:min(int64(len(chunk)), left)]
		h.Write(part)
		left -= int64(len(part))
	}
	var want bytes.Buffer
	if _, err := io.CopyN(&want, &cursor{data: &s.data, pos: s.data.size - int64(s.format.Size())}, int64(s.format.Size())); err != nil {
		return err
	}
	if !bytes.Equal(h.Sum(nil), want.Bytes()) {
		return fmt.Errorf("wrong checksum")
	}
	return nil
}
