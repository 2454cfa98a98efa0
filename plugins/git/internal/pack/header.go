package pack

import (
	"fmt"
	"io"

	"flux-host/plugins/git/internal/object"
)

// readHeader reads the type, the size and, of a delta, the base.
func (e *entry) readHeader(in *cursor, format object.Format) error {
	b, err := in.ReadByte()
	if err != nil {
		return err
	}
	e.kind = object.Type(b >> 4 & 7)
	e.size = int64(b & 0x0f)
	for shift := 4; b&0x80 != 0; shift += 7 {
		if b, err = in.ReadByte(); err != nil {
			return err
		}
		if shift > 53 {
			return fmt.Errorf("size out of range")
		}
		e.size |= int64(b&0x7f) << shift
	}
	switch e.kind {
	case object.Commit, object.Tree, object.Blob, object.Tag:
		return nil
	case offsetDelta:
		return e.readOffset(in)
	case referenceDelta:
		id := make([]byte, format.Size())
		_, err := io.ReadFull(in, id)
		e.baseID = object.ID(id)
		return err
	}
	return fmt.Errorf("unknown type %d", e.kind)
}

// readOffset reads how far before the entry its base starts: seven bits a byte, each continuation adding one.
func (e *entry) readOffset(in *cursor) error {
	b, err := in.ReadByte()
	if err != nil {
		return err
	}
	back := int64(b & 0x7f)
	for b&0x80 != 0 {
		if b, err = in.ReadByte(); err != nil {
			return err
		}
		back = (back+1)<<7 | int64(b&0x7f)
		if back > e.start {
			break
		}
	}
	if back <= 0 || back > e.start {
		return fmt.Errorf("base outside the pack")
	}
	e.base = e.start - back
	return nil
}
