package known

import (
	"bytes"
	"fmt"
	"net"
	"slices"

	"golang.org/x/crypto/ssh"
)

// Problem is what is wrong with a server's key.
type Problem int

// The problems that a check finds.
const (
	// Unknown means that no line speaks of the host.
	Unknown Problem = iota
	// Mismatch means that the host's lines have other keys.
	Mismatch
	// Revoked means that a line revokes the key.
	Revoked
)

// KeyError says why a server's key was not accepted.
type KeyError struct {
	Problem     Problem
	Host        string
	Type        string
	Fingerprint string
	// Line is what known_hosts would have to contain for this key.
	Line string
}

func (e *KeyError) Error() string {
	switch e.Problem {
	case Mismatch:
		return fmt.Sprintf("host key mismatch: %s presented the %s key %s, which is not the one in known_hosts", e.Host, e.Type, e.Fingerprint)
	case Revoked:
		return fmt.Sprintf("host key revoked: known_hosts revokes the %s key %s of %s", e.Type, e.Fingerprint, e.Host)
	}
	return fmt.Sprintf("host key unknown: known_hosts has no entry for %s, which presented the %s key %s", e.Host, e.Type, e.Fingerprint)
}

// Checker checks the key of one server.
type Checker struct {
	address string
	lines   []line
	hosts   *Hosts
	// Err is why the key was not accepted; the SSH library only passes on its text.
	Err *KeyError
}

// Checker returns the check for a server's address (host:port).
func (h *Hosts) Checker(address string) *Checker {
	c := &Checker{address: address, hosts: h}
	for _, l := range h.lines {
		if l.matches(address) {
			c.lines = append(c.lines, l)
		}
	}
	return c
}

// Algorithms are those of the keys that the server is known by, so that it presents one of these. Nil, which stands for
// the library's choice, when it is not known.
func (c *Checker) Algorithms() []string {
	var names []string
	for _, l := range c.lines {
		switch {
		case l.marker == "revoked":
		case l.marker == "cert-authority":
			names = append(names, ssh.CertAlgoED25519v01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01,
				ssh.CertAlgoECDSA521v01, ssh.CertAlgoRSASHA512v01, ssh.CertAlgoRSASHA256v01)
		case l.key.Type() == ssh.KeyAlgoRSA:
			names = append(names, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			names = append(names, l.key.Type())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Check is an ssh.HostKeyCallback.
func (c *Checker) Check(_ string, remote net.Addr, key ssh.PublicKey) error {
	problem := c.problem(remote, key)
	if problem == nil {
		return nil
	}
	c.Err = problem
	return problem
}

func (c *Checker) problem(remote net.Addr, key ssh.PublicKey) *KeyError {
	for _, l := range c.hosts.lines {
		if l.marker == "revoked" && l.matches(c.address) && same(l.key, key) {
			return c.failure(Revoked, key)
		}
	}
	problem := Unknown
	for _, l := range c.lines {
		switch l.marker {
		case "":
			if same(l.key, key) {
				return nil
			}
			problem = Mismatch
		case "cert-authority":
			if l.signed(c.address, remote, key) {
				return nil
			}
			problem = Mismatch
		}
	}
	return c.failure(problem, key)
}

// signed says whether key is a valid certificate for the address, signed by the line's authority.
func (l line) signed(address string, remote net.Addr, key ssh.PublicKey) bool {
	checker := ssh.CertChecker{
		IsHostAuthority: func(authority ssh.PublicKey, _ string) bool { return same(authority, l.key) },
	}
	_, isCertificate := key.(*ssh.Certificate)
	return isCertificate && checker.CheckHostKey(address, remote, key) == nil
}

func (c *Checker) failure(problem Problem, key ssh.PublicKey) *KeyError {
	name := normalised(c.address)
	return &KeyError{
		Problem:     problem,
		Host:        name,
		Type:        key.Type(),
		Fingerprint: ssh.FingerprintSHA256(key),
		Line:        name + " " + string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(key))),
	}
}

func same(a, b ssh.PublicKey) bool { return bytes.Equal(a.Marshal(), b.Marshal()) }
