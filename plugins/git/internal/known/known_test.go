package known

import (
	"net"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"flux-host/plugins/git/internal/gittest"
)

func TestLinesSpeakOfTheHostsThatOpenSSHSays(t *testing.T) {
	_, signer := gittest.NewKey(t, "")
	key := signer.PublicKey()
	keyText := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	cases := []struct {
		pattern, address string
		accepted         bool
	}{
		{"git.example.com", "git.example.com:22", true},
		{"GIT.example.com", "git.EXAMPLE.com:22", true},
		{"git.example.com", "git.example.com:2222", false},
		{"[git.example.com]:2222", "git.example.com:2222", true},
		{"[git.example.com]:2222", "git.example.com:22", false},
		{"a.example.com,git.example.com", "git.example.com:22", true},
		{"*.example.com", "git.example.com:22", true},
		{"*.example.com,!git.example.com", "git.example.com:22", false},
		{"g?t.example.com", "git.example.com:22", true},
		{"[*.example.com]:2222", "git.example.com:2222", true},
		{"2001:db8::1", "[2001:db8::1]:22", true},
		{knownhosts.HashHostname("git.example.com"), "git.example.com:22", true},
		{knownhosts.HashHostname("[git.example.com]:2222"), "git.example.com:2222", true},
		{knownhosts.HashHostname("git.example.com"), "other.example.com:22", false},
	}
	for _, c := range cases {
		hosts, err := Parse([]byte("# comment\n\n" + c.pattern + " " + keyText + " comment\n"))
		if err != nil {
			t.Fatal(err)
		}
		err = hosts.Checker(c.address).Check(c.address, &net.TCPAddr{}, key)
		if (err == nil) != c.accepted {
			t.Errorf("%s for %s: %v", c.pattern, c.address, err)
		}
	}
}

func TestARevokedKeyIsRefusedWhereverItsLineIs(t *testing.T) {
	_, signer := gittest.NewKey(t, "")
	keyText := string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	hosts, err := Parse([]byte("host " + keyText + "@revoked * " + keyText))
	if err != nil {
		t.Fatal(err)
	}
	check := hosts.Checker("host:22")
	if err := check.Check("host:22", nil, signer.PublicKey()); err == nil || check.Err.Problem != Revoked {
		t.Errorf("%v", err)
	}
}

func TestACertificateOfAnAuthorityIsAccepted(t *testing.T) {
	_, authority := gittest.NewKey(t, "")
	_, host := gittest.NewKey(t, "")
	certificate := &ssh.Certificate{Key: host.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: []string{"host"}, ValidBefore: ssh.CertTimeInfinity}
	if err := certificate.SignCert(strings.NewReader(strings.Repeat("random", 100)), authority); err != nil {
		t.Fatal(err)
	}
	hosts, err := Parse([]byte("@cert-authority host " + string(ssh.MarshalAuthorizedKey(authority.PublicKey()))))
	if err != nil {
		t.Fatal(err)
	}
	if err := hosts.Checker("host:22").Check("host:22", nil, certificate); err != nil {
		t.Error(err)
	}
	certificate.ValidPrincipals = []string{"other"}
	if err := certificate.SignCert(strings.NewReader(strings.Repeat("random", 100)), authority); err != nil {
		t.Fatal(err)
	}
	if err := hosts.Checker("host:22").Check("host:22", nil, certificate); err == nil {
		t.Error("a certificate for another host was accepted")
	}
}

func TestOnlyBrokenLinesAreErrors(t *testing.T) {
	_, signer := gittest.NewKey(t, "")
	good := "host " + string(ssh.MarshalAuthorizedKey(signer.PublicKey()))
	if _, err := Parse([]byte(good + "host ssh-dss AAAAB3NzaC1kc3MAAACB\n")); err != nil {
		t.Errorf("a key of a forgotten type: %v", err)
	}
	for _, broken := range []string{"", "# nothing\n", good + "host ssh-ed25519 AAAA\n", good + "host\n"} {
		if _, err := Parse([]byte(broken)); err == nil {
			t.Errorf("%q was accepted", broken)
		}
	}
}
