// Package pktline reads and writes the frames of Git's wire protocol.
//
// See https://git-scm.com/docs/protocol-common#_pkt_line_format: four hexadecimal digits give the length of the frame
// including themselves; the lengths 0, 1 and 2 are the markers flush, delimiter and response end.
package pktline

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
)

// Kind tells a frame with data from the three markers.
type Kind int

// The kinds of frames.
const (
	Data Kind = iota
	Flush
	Delimiter
	ResponseEnd
)

// MaxPayload is the largest number of data bytes in one frame.
const MaxPayload = 65516

// Reader reads frames. It never reads past the frame that it returns.
type Reader struct {
	in *bufio.Reader
	// buf is as large as the largest frame so far: most answers have small ones only.
	buf []byte
}

// NewReader returns a reader of the frames in r. Its buffer is small: the payload of a large frame does not go through it.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 4<<10)}
}

// Next returns the next frame. The payload is valid until the next call. The error is io.EOF between two frames and
// io.ErrUnexpectedEOF within one.
func (r *Reader) Next() (Kind, []byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, nil, err
	}
	length, err := strconv.ParseUint(string(head[:]), 16, 17)
	if err != nil {
		return 0, nil, fmt.Errorf("invalid frame length %q", head[:])
	}
	switch {
	case length < 3:
		return Flush + Kind(length), nil, nil
	case length < 4 || length-4 > MaxPayload:
		return 0, nil, fmt.Errorf("invalid frame length %d", length)
	}
	payload := r.room(int(length) - 4)
	if _, err := io.ReadFull(r.in, payload); err == io.EOF {
		return 0, nil, io.ErrUnexpectedEOF
	} else if err != nil {
		return 0, nil, err
	}
	return Data, payload, nil
}

func (r *Reader) room(length int) []byte {
	if length > len(r.buf) {
		r.buf = make([]byte, min(max(length, 2*len(r.buf), 128), MaxPayload))
	}
	return r.buf[:length]
}

// Line returns the next frame as text without its line feed.
func (r *Reader) Line() (Kind, string, error) {
	kind, payload, err := r.Next()
	return kind, string(bytes.TrimSuffix(payload, []byte("\n"))), err
}

// AtEnd says whether nothing follows the last frame read. It waits for the end, and takes a byte where there is one.
func (r *Reader) AtEnd() bool {
	_, err := r.in.ReadByte()
	return err == io.EOF
}

// Rest returns what follows the last frame read, unframed.
func (r *Reader) Rest() io.Reader { return r.in }

// Writer collects frames in memory: requests for a fetch are small.
type Writer struct{ bytes.Buffer }

// Linef adds a frame with a line of text.
func (w *Writer) Linef(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	fmt.Fprintf(&w.Buffer, "%04x%s\n", len(line)+5, line)
}

// Flush adds a flush marker.
func (w *Writer) Flush() { w.WriteString("0000") }

// Delimiter adds a delimiter marker.
func (w *Writer) Delimiter() { w.WriteString("0001") }
