package object

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Mode is the mode of a tree's entry.
type Mode uint32

// The modes that Git writes. Old repositories also have 0o100664, which counts as File.
const (
	Dir        Mode = 0o040000
	File       Mode = 0o100644
	Executable Mode = 0o100755
	Symlink    Mode = 0o120000
	Submodule  Mode = 0o160000
)

// Entry is one line of a tree.
type Entry struct {
	Mode Mode
	Name string
	ID   ID
}

// ParseTree reads the content of a tree object and refuses names that could lead out of the folder they are written to.
func ParseTree(content []byte, format Format) ([]Entry, error) {
	var entries []Entry
	for len(content) > 0 {
		head, rest, ok := bytes.Cut(content, []byte{0})
		mode, name, ok2 := strings.Cut(string(head), " ")
		if !ok || !ok2 || len(rest) < format.Size() {
			return nil, fmt.Errorf("truncated tree entry")
		}
		bits, err := strconv.ParseUint(mode, 8, 32)
		if err != nil {
			return nil, fmt.Errorf("tree entry with mode %q", mode)
		}
		if unsafeName(name) {
			return nil, fmt.Errorf("tree entry with the unsafe name %q", name)
		}
		entries = append(entries, Entry{Mode: normal(Mode(bits)), Name: name, ID: ID(rest[:format.Size()])})
		content = rest[format.Size():]
	}
	return entries, nil
}

// normal maps the modes of regular files to the two that Git writes today.
func normal(m Mode) Mode {
	if m&0o170000 != 0o100000 {
		return m
	}
	if m&0o100 != 0 {
		return Executable
	}
	return File
}

// unsafeName follows Git's own check (verify_path): no way out of the tree, no repository within it.
func unsafeName(name string) bool {
	return name == "" || name == "." || name == ".." || strings.EqualFold(name, ".git") || strings.ContainsAny(name, "/\x00")
}
