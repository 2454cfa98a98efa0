// Package remote connects to repositories over HTTP and SSH.
package remote

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// scpForm is `user@host:path`, which Git takes for SSH. Two colons would name a remote helper.
var scpForm = regexp.MustCompile(`^(?:([^@/:]+)@)?([A-Za-z0-9._-]{2,}):([^:].*)$`)

// ParseURL reads the URL of a repository: http, https or ssh.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's error repeats the URL, which may hold a password.
		return nil, fmt.Errorf("not a URL")
	}
	switch u.Scheme {
	case "http", "https", "ssh":
	default:
		return nil, fmt.Errorf("scheme %q is not supported, use http, https or ssh", u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("no host")
	}
	return u, nil
}

// ResolveSubmodule gives the URL of a submodule: relative to its parent's, in scp form, or a URL.
func ResolveSubmodule(parent *url.URL, raw string) (*url.URL, error) {
	if strings.HasPrefix(raw, "./") || strings.HasPrefix(raw, "../") {
		child := *parent
		child.Path = path.Join(parent.Path, raw)
		child.RawPath = ""
		if !strings.HasPrefix(child.Path, "/") || child.Path == "/" {
			return nil, fmt.Errorf("%q leads out of the server", raw)
		}
		return &child, nil
	}
	if m := scpForm.FindStringSubmatch(raw); m != nil && !strings.Contains(raw, "://") {
		u := &url.URL{Scheme: "ssh", Host: m[2], Path: "/" + strings.TrimPrefix(m[3], "/")}
		if m[1] != "" {
			u.User = url.User(m[1])
		}
		return u, nil
	}
	return ParseURL(raw)
}

// Redacted is the URL without the credentials that it may hold: for messages.
func Redacted(u *url.URL) string {
	clean := *u
	clean.User = nil
	if u.Scheme == "ssh" && u.User != nil {
		clean.User = url.User(u.User.Username())
	}
	clean.RawQuery, clean.Fragment = "", ""
	return clean.String()
}
