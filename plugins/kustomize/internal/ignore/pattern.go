// Package ignore matches gitignore patterns as Flux's `.sourceignore` does: like git, except that a file inside an excluded
// folder can be included again.
package ignore

import (
	"path"
	"strings"
)

type verdict int

const (
	undecided verdict = iota
	excluded
	included
)

// pattern is one line of an ignore file. It applies below the folder that its file is in.
type pattern struct {
	folder   []string
	segments []string
	negated  bool
	dirOnly  bool
}

func parse(line string, folder []string) pattern {
	p := pattern{folder: folder}
	if strings.HasPrefix(line, "!") {
		p.negated, line = true, line[1:]
	}
	if !strings.HasSuffix(line, `\ `) {
		line = strings.TrimRight(line, " ")
	}
	if strings.HasSuffix(line, "/") {
		p.dirOnly, line = true, line[:len(line)-1]
	}
	p.segments = strings.Split(line, "/")
	return p
}

func (p pattern) match(name []string, isDir bool) verdict {
	if len(name) <= len(p.folder) {
		return undecided
	}
	for i, segment := range p.folder {
		if name[i] != segment {
			return undecided
		}
	}
	name = name[len(p.folder):]
	matched := false
	if len(p.segments) == 1 {
		matched = p.matchAnySegment(name, isDir)
	} else {
		matched = p.matchPath(name, isDir)
	}
	switch {
	case !matched:
		return undecided
	case p.negated:
		return included
	default:
		return excluded
	}
}

// matchAnySegment: a pattern without a slash names a file or folder at any depth, and with a folder all that is in it.
func (p pattern) matchAnySegment(name []string, isDir bool) bool {
	for i, segment := range name {
		if ok, err := path.Match(p.segments[0], segment); err != nil {
			return false
		} else if ok {
			return !p.dirOnly || isDir || i < len(name)-1
		}
	}
	return false
}

// matchPath: a pattern with a slash is anchored; `**` stands for any number of folders.
func (p pattern) matchPath(name []string, isDir bool) bool {
	rest, matched, anyDepth := name, false, false
	for i, segment := range p.segments {
		switch {
		case segment == "":
			anyDepth = false
			continue
		case segment == "**":
			if i < len(p.segments)-1 {
				anyDepth = true
			}
			continue
		case strings.Contains(segment, "**"), len(rest) == 0:
			return false
		}
		found := false
		for len(rest) > 0 && !found {
			ok, err := path.Match(segment, rest[0])
			if err != nil || (!ok && !anyDepth) {
				return false
			}
			found, rest = ok, rest[1:]
		}
		matched, anyDepth = found, false
	}
	if p.dirOnly && !isDir && len(rest) == 0 {
		return false
	}
	return matched
}
