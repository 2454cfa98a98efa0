// Package gitconfig reads the part of Git's configuration format that .gitmodules files use.
//
// See https://git-scm.com/docs/git-config#_syntax.
package gitconfig

import (
	"fmt"
	"path"
	"strings"
)

// Submodules returns the URL of each submodule by its path.
func Submodules(content []byte) (map[string]string, error) {
	urls := map[string]string{}
	var where, url string
	flush := func() {
		if where != "" && url != "" {
			urls[path.Clean(where)] = url
		}
		where, url = "", ""
	}
	inside := false
	joined := strings.ReplaceAll(strings.ReplaceAll(string(content), "\r\n", "\n"), "\\\n", "")
	for number, raw := range strings.Split(joined, "\n") {
		line := strings.TrimSpace(strings.TrimPrefix(raw, "\ufeff"))
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
		case line[0] == '[':
			flush()
			inside = strings.HasPrefix(strings.ToLower(line), "[submodule \"")
		case inside:
			key, value, _ := strings.Cut(line, "=")
			text, err := parseValue(value)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", number+1, err)
			}
			switch strings.ToLower(strings.TrimSpace(key)) {
			case "path":
				where = text
			case "url":
				url = text
			}
		}
	}
	flush()
	return urls, nil
}

// parseValue takes quotes, escapes and comments off a value.
func parseValue(raw string) (string, error) {
	var out strings.Builder
	quoted, kept := false, 0
	raw = strings.TrimSpace(raw)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '"':
			quoted = !quoted
			kept = out.Len()
		case c == '\\':
			if i++; i == len(raw) {
				return "", fmt.Errorf("backslash at the end")
			}
			unescaped := strings.IndexByte(`\"ntb`, raw[i])
			if unescaped < 0 {
				return "", fmt.Errorf("unknown escape \\%c", raw[i])
			}
			out.WriteByte("\\\"\n\t\b"[unescaped])
			kept = out.Len()
		case !quoted && (c == '#' || c == ';'):
			i = len(raw)
		default:
			out.WriteByte(c)
			if quoted || (c != ' ' && c != '\t') {
				kept = out.Len()
			}
		}
	}
	if quoted {
		return "", fmt.Errorf("quote without an end")
	}
	return out.String()[:kept], nil
}
