package known

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"path"
	"strings"
)

// matches says whether a line speaks of an address (host:port).
func (l line) matches(address string) bool {
	name := normalised(address)
	found := false
	for _, pattern := range l.patterns {
		negated := strings.HasPrefix(pattern, "!")
		if !matchesPattern(strings.TrimPrefix(pattern, "!"), name) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

func matchesPattern(pattern, name string) bool {
	if strings.HasPrefix(pattern, "|1|") {
		return matchesHash(pattern, name)
	}
	pattern = strings.ToLower(pattern)
	if pattern == name {
		return true
	}
	if !strings.ContainsAny(pattern, "*?") {
		return false
	}
	// In path.Match a bracket opens a class; in known_hosts it is the bracket around a host with a port.
	ok, err := path.Match(strings.NewReplacer("[", `\[`, "]", `\]`).Replace(pattern), name)
	return err == nil && ok
}

// matchesHash checks `|1|salt|hash`, the form that hides the host's name.
func matchesHash(pattern, name string) bool {
	parts := strings.Split(pattern, "|")
	if len(parts) != 4 {
		return false
	}
	salt, err1 := base64.StdEncoding.DecodeString(parts[2])
	want, err2 := base64.StdEncoding.DecodeString(parts[3])
	if err1 != nil || err2 != nil {
		return false
	}
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(name))
	return hmac.Equal(mac.Sum(nil), want)
}

// normalised is the form of an address in known_hosts: the bare host for port 22, [host]:port for any other.
func normalised(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return strings.ToLower(address)
	}
	host = strings.ToLower(host)
	if port == "22" {
		return host
	}
	return "[" + host + "]:" + port
}
