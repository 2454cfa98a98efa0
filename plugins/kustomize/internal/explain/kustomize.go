package explain

import (
	"regexp"
	"strconv"
	"strings"
)

// kustomize says, innermost last, which folders it was in. What comes after the last of these is the failure itself.
var (
	inFolder  = regexp.MustCompile(`(?:recursed accumulation of path|recursed merging from path|couldn't make target for path) '([^']*)': `)
	fromFile  = regexp.MustCompile(`^(?:accumulating|merging) resources from '([^']*)': `)
	afterFile = regexp.MustCompile(`^(?s)accumulation err='(.*?)': (?:must build at directory: .*|file is not directory.*|new root .*)$`)
	quoted    = regexp.MustCompile(`^(?s)(?:accumulateDirectory: |loader\.New )("(?:[^"\\]|\\.)*")$`)
	malformed = regexp.MustCompile(`(?s)^MalformedYAMLError: (.*) in File: (.*)$`)
	inMount   = regexp.MustCompile(regexp.QuoteMeta(root) + `(/|\b)`)
)

// Kustomize words what kustomize returned for the build of a folder (a virtual path).
func Kustomize(folder string, err error) error {
	if err == nil || isWorded(err) {
		return err
	}
	text, where := unwrap(strings.TrimSpace(err.Error()), folder)
	text = inMount.ReplaceAllString(text, "")
	if where != root {
		text = Name(where) + ": " + text
	}
	return Fail(text, "")
}

// unwrap peels the chain of wrappers off and returns the folder in which it ended.
func unwrap(text, folder string) (string, string) {
	for {
		before := text
		text = strings.TrimPrefix(text, "accumulating resources: ")
		text = strings.TrimPrefix(text, "accumulating components: ")
		if m := quoted.FindStringSubmatch(text); m != nil {
			if inner, err := strconv.Unquote(m[1]); err == nil {
				text = inner
			}
		}
		if all := inFolder.FindAllStringSubmatchIndex(text, -1); len(all) > 0 {
			last := all[len(all)-1]
			folder, text = text[last[2]:last[3]], text[last[1]:]
		}
		if m := afterFile.FindStringSubmatch(text); m != nil {
			text = m[1]
		}
		if m := fromFile.FindStringSubmatch(text); m != nil {
			text = m[1] + ": " + text[len(m[0]):]
			if inner := malformed.FindStringSubmatch(text[len(m[1])+2:]); inner != nil {
				text = m[1] + ": " + inner[1]
			}
		}
		if text == before {
			return text, folder
		}
	}
}
