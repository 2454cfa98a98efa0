// Package pack reads packfiles. The pack stays in memory as it came, compressed; objects are inflated when asked for, so
// that a large file never has to be in memory as a whole.
//
// See https://git-scm.com/docs/gitformat-pack.
package pack

import "io"

const (
	chunkSize = 1 << 20
	// firstSize is what reading starts with: most packs are small, and the memory of a module never shrinks.
	firstSize = 16 << 10
)

// chunks is a growing array of bytes that is not copied while it grows beyond its first chunk.
type chunks struct {
	list [][]byte
	size int64
}

// readAll appends everything that r has.
func (c *chunks) readAll(r io.Reader) error {
	for size := firstSize; ; size = chunkSize {
		buf := make([]byte, size)
		filled := 0
		for filled < chunkSize {
			if filled == len(buf) {
				buf = append(buf, make([]byte, min(3*len(buf), chunkSize-len(buf)))...)
			}
			n, err := r.Read(buf[filled:])
			filled += n
			if err != nil {
				c.add(buf[:filled])
				return onlyEOF(err)
			}
		}
		c.add(buf)
	}
}

func (c *chunks) add(chunk []byte) {
	c.list = append(c.list, chunk)
	c.size += int64(len(chunk))
}

func onlyEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// cursor reads from a position on. It is an io.ByteReader, so that inflating stops exactly where an object ends.
type cursor struct {
	data *chunks
	pos  int64
}

func (c *cursor) ReadByte() (byte, error) {
	if c.pos >= c.data.size {
		return 0, io.ErrUnexpectedEOF
	}
	b := c.data.list[c.pos/chunkSize][c.pos%chunkSize]
	c.pos++
	return b, nil
}

func (c *cursor) Read(p []byte) (int, error) {
	if c.pos >= c.data.size {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, c.data.list[c.pos/chunkSize][c.pos%chunkSize:])
	c.pos += int64(n)
	return n, nil
}
