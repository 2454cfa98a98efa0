// Package known checks the keys of SSH servers against the lines of a known_hosts file.
//
// See sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
package known

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/ssh"
)

// Hosts are the lines of a known_hosts file.
type Hosts struct{ lines []line }

type line struct {
	// marker is empty, "cert-authority" or "revoked".
	marker   string
	patterns []string
	key      ssh.PublicKey
}

// Parse reads a known_hosts file. It fails where a line is broken: a line that is skipped in silence could be the very
// one that matters. Lines whose key type this program does not know are left out.
func Parse(content []byte) (*Hosts, error) {
	hosts := &Hosts{}
	for number, text := range bytes.Split(content, []byte("\n")) {
		marker, patterns, key, _, _, err := ssh.ParseKnownHosts(append(text, '\n'))
		switch {
		case errors.Is(err, io.EOF) && blank(text):
			continue
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("known_hosts line %d is cut short", number+1)
		case err != nil && unknownType(text):
			continue
		case err != nil:
			return nil, fmt.Errorf("known_hosts line %d: %w", number+1, err)
		}
		hosts.lines = append(hosts.lines, line{marker, patterns, key})
	}
	if len(hosts.lines) == 0 {
		return nil, fmt.Errorf("known_hosts has no keys")
	}
	return hosts, nil
}

func blank(text []byte) bool {
	text = bytes.TrimSpace(text)
	return len(text) == 0 || text[0] == '#'
}

var knownTypes = []string{
	ssh.KeyAlgoRSA, ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
	ssh.KeyAlgoSKED25519, ssh.KeyAlgoSKECDSA256,
}

// unknownType says whether a line has the right shape but a key of a type from another time (ssh-dss, or a newer one).
func unknownType(text []byte) bool {
	fields := bytes.Fields(text)
	if len(fields) > 0 && bytes.HasPrefix(fields[0], []byte("@")) {
		fields = fields[1:]
	}
	if len(fields) < 3 {
		return false
	}
	for _, known := range knownTypes {
		if string(fields[1]) == known {
			return false
		}
	}
	return bytes.Contains(fields[1], []byte("-"))
}
