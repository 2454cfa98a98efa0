package object

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CommitInfo is what a fetch needs to know of a commit.
type CommitInfo struct {
	Tree      ID
	Committed time.Time
	Message   string
}

// ParseCommit reads the content of a commit object.
func ParseCommit(content []byte) (CommitInfo, error) {
	head, message, _ := bytes.Cut(content, []byte("\n\n"))
	info := CommitInfo{Message: string(message)}
	for line := range strings.Lines(string(head)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "tree":
			id, err := ParseID(value)
			if err != nil {
				return info, fmt.Errorf("commit: %w", err)
			}
			info.Tree = id
		case "committer":
			info.Committed = signatureTime(value)
		}
	}
	if info.Tree == "" {
		return info, fmt.Errorf("commit without a tree")
	}
	return info, nil
}

// Subject is the first line of the message, shortened to 50 characters as Flux shows it in events.
func (c CommitInfo) Subject() string {
	subject, _, _ := strings.Cut(strings.TrimLeft(c.Message, "\n"), "\n")
	if runes := []rune(subject); len(runes) > 50 {
		return string(runes[:50]) + "..."
	}
	return strings.ToValidUTF8(subject, "\uFFFD")
}

// TagTarget returns the object that an annotated tag points at.
func TagTarget(content []byte) (ID, error) {
	line, _, _ := strings.Cut(string(content), "\n")
	value, ok := strings.CutPrefix(line, "object ")
	if !ok {
		return "", fmt.Errorf("tag without an object")
	}
	return ParseID(value)
}

// signatureTime reads the seconds in `Name <mail> 1700000000 +0100`; zero when there are none.
func signatureTime(signature string) time.Time {
	fields := strings.Fields(signature[strings.LastIndexByte(signature, '>')+1:])
	if len(fields) == 0 {
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
