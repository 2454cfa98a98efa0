// Package yaml splits streams of YAML documents as Kubernetes' own package of this name does.
package yaml

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

var separator = []byte("---")

// YAMLReader reads a stream document by document.
type YAMLReader struct{ reader *bufio.Reader }

// NewYAMLReader reads the documents of r.
func NewYAMLReader(r *bufio.Reader) *YAMLReader { return &YAMLReader{reader: r} }

// Read returns the next document that is not empty, or io.EOF. A separator may be followed by white space and a comment.
func (r *YAMLReader) Read() ([]byte, error) {
	var document bytes.Buffer
	for {
		line, err := r.line()
		if errors.Is(err, io.EOF) {
			if document.Len() > 0 {
				return document.Bytes(), nil
			}
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		if after, isSeparator := bytes.CutPrefix(line, separator); isSeparator {
			if rest := bytes.TrimSpace(after); len(rest) > 0 && rest[0] != '#' {
				return nil, fmt.Errorf("invalid Yaml document separator: %s", rest)
			}
			if document.Len() > 0 {
				return document.Bytes(), nil
			}
		}
		document.Write(line)
	}
}

// line returns a line with the end `\n`, whichever it had.
func (r *YAMLReader) line() ([]byte, error) {
	var line []byte
	for {
		part, isPrefix, err := r.reader.ReadLine()
		if err != nil {
			return nil, err
		}
		line = append(line, part...)
		if !isPrefix {
			return append(line, '\n'), nil
		}
	}
}
