// Package object knows Git's object names and the formats of commits, tags and trees.
package object

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
)

// ID is an object's name as raw bytes; String gives the usual hexadecimal form.
type ID string

func (id ID) String() string { return hex.EncodeToString([]byte(id)) }

// ParseID reads a full hexadecimal object name of either format.
func ParseID(s string) (ID, error) {
	raw, err := hex.DecodeString(s)
	if err != nil || (len(raw) != SHA1.Size() && len(raw) != SHA256.Size()) {
		return "", fmt.Errorf("%q is not a full object name", s)
	}
	return ID(raw), nil
}

// Format is a repository's object format.
type Format string

// The object formats that Git has.
const (
	SHA1   Format = "sha1"
	SHA256 Format = "sha256"
)

// FormatOf tells the format by the length of an object's name.
func FormatOf(id ID) Format {
	if len(id) == SHA256.Size() {
		return SHA256
	}
	return SHA1
}

// Size of an object's name in bytes.
func (f Format) Size() int {
	if f == SHA256 {
		return sha256.Size
	}
	return sha1.Size
}

// New returns the format's hash.
func (f Format) New() hash.Hash {
	if f == SHA256 {
		return sha256.New()
	}
	return sha1.New()
}

// Type is an object's type, numbered as in packfiles.
type Type byte

// The types of objects.
const (
	Commit Type = 1
	Tree   Type = 2
	Blob   Type = 3
	Tag    Type = 4
)

func (t Type) String() string {
	return [...]string{1: "commit", 2: "tree", 3: "blob", 4: "tag"}[t]
}

// Hasher returns a hash that has been fed the header of an object: its sum after the content is the object's name.
func (f Format) Hasher(t Type, size int64) hash.Hash {
	h := f.New()
	h.Write([]byte(t.String() + " " + strconv.FormatInt(size, 10) + "\x00"))
	return h
}

// Sum finishes a Hasher.
func Sum(h hash.Hash) ID { return ID(h.Sum(nil)) }
