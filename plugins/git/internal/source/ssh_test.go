package source

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"flux-host/plugins/git/internal/gittest"
)

// overSSH is a repository with one commit behind an SSH server that knows the signer's key.
func overSSH(t *testing.T, signer ssh.Signer) (*gittest.SSHServer, *gittest.Repo, string) {
	t.Helper()
	root := t.TempDir()
	repo := gittest.New(t, filepath.Join(root, "org", "it's a repo"))
	repo.Commit("first", map[string]string{"a": "1"})
	server := gittest.ServeSSH(t, root, signer.PublicKey())
	return server, repo, "ssh://git@" + server.Address + "/org/it's%20a%20repo"
}

func secret(identity []byte, server *gittest.SSHServer) map[string][]byte {
	return map[string][]byte{
		"identity":    identity,
		"known_hosts": []byte(knownhosts.Line([]string{knownhosts.Normalize(server.Address)}, server.HostKey)),
	}
}

func TestSSHWithEveryKindOfKey(t *testing.T) {
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, _ := rsa.GenerateKey(rand.Reader, 2048)
	for name, key := range map[string]any{"ed25519": ed, "ecdsa": ec, "rsa": rs} {
		t.Run(name, func(t *testing.T) {
			pem, signer := gittest.Marshal(t, key, "")
			server, repo, url := overSSH(t, signer)
			for _, version0 := range []bool{false, true} {
				server.Version0 = version0
				answer, files := get(t, Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}, Secret: secret(pem, server)})
				if answer.Revision != "main@sha1:"+repo.Git("rev-parse", "HEAD") || files["a"] != "1" {
					t.Errorf("%s %v", answer.Revision, files)
				}
			}
		})
	}
}

func TestSSHWithAnEncryptedKey(t *testing.T) {
	pem, signer := gittest.NewKey(t, "open sesame")
	server, _, url := overSSH(t, signer)
	request := Request{Spec: Spec{URL: url, Ref: Reference{Branch: "main"}}, Secret: secret(pem, server)}

	_, err := Resolve(context.Background(), native(""), request)
	wantFailure(t, err, AuthenticationFailed, "SSH identity key is encrypted but no 'password' field was provided")
	request.Secret["password"] = []byte("wrong")
	_, err = Resolve(context.Background(), native(""), request)
	wantFailure(t, err, AuthenticationFailed, "does not open the SSH key")
	request.Secret["password"] = []byte("open sesame")
	get(t, request)
}

func TestSSHSecretsThatCannotBeUsed(t *testing.T) {
	pem, signer := gittest.NewKey(t, "")
	server, _, url := overSSH(t, signer)
	for part, change := range map[string]func(map[string][]byte){
		"'identity' is required":    func(s map[string][]byte) { delete(s, "identity") },
		"'known_hosts' is required": func(s map[string][]byte) { delete(s, "known_hosts") },
		"known_hosts line 2":        func(s map[string][]byte) { s["known_hosts"] = []byte("# comment\nhost ssh-ed25519 !!!") },
		"cannot be read":            func(s map[string][]byte) { s["identity"] = []byte("no key") },
	} {
		request := Request{Spec: Spec{URL: url}, Secret: secret(pem, server)}
		change(request.Secret)
		_, err := Resolve(context.Background(), native(""), request)
		wantFailure(t, err, AuthenticationFailed, part)
	}
}

func TestSSHHostKeysAreChecked(t *testing.T) {
	pem, signer := gittest.NewKey(t, "")
	server, _, url := overSSH(t, signer)
	_, other := gittest.NewKey(t, "")
	request := Request{Spec: Spec{URL: url}, Secret: secret(pem, server)}
	name := knownhosts.Normalize(server.Address)
	fingerprint := ssh.FingerprintSHA256(server.HostKey)

	request.Secret["known_hosts"] = []byte(knownhosts.Line([]string{name}, other.PublicKey()))
	_, err := Resolve(context.Background(), native(""), request)
	wantFailure(t, err, GitOperationFailed, "host key mismatch", fingerprint, "update known_hosts")

	rsaKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	rsaSigner, _ := ssh.NewSignerFromKey(rsaKey)
	request.Secret["known_hosts"] = []byte(knownhosts.Line([]string{name}, rsaSigner.PublicKey()))
	_, err = Resolve(context.Background(), native(""), request)
	wantFailure(t, err, GitOperationFailed, "host key mismatch", "ssh-ed25519")

	request.Secret["known_hosts"] = []byte(knownhosts.Line([]string{"elsewhere"}, server.HostKey))
	_, err = Resolve(context.Background(), native(""), request)
	wantFailure(t, err, GitOperationFailed, "host key unknown", fingerprint, knownhosts.Line([]string{name}, server.HostKey))
}

func TestSSHServersThatRefuse(t *testing.T) {
	pem, signer := gittest.NewKey(t, "")
	server, _, url := overSSH(t, signer)
	otherPEM, other := gittest.NewKey(t, "")

	_, err := Resolve(context.Background(), native(""), Request{Spec: Spec{URL: url}, Secret: secret(otherPEM, server)})
	wantFailure(t, err, GitOperationFailed, "the server rejected the SSH key "+ssh.FingerprintSHA256(other.PublicKey()), `user "git"`)

	missing := strings.Replace(url, "/org/", "/nowhere/", 1)
	_, err = Resolve(context.Background(), native(""), Request{Spec: Spec{URL: missing, SecretRef: &Named{Name: "x"}}, Secret: secret(pem, server)})
	wantFailure(t, err, GitOperationFailed, "repository not found", "does not appear to be a git repository")
}

func TestSSHUserComesFromTheURL(t *testing.T) {
	pem, signer := gittest.NewKey(t, "")
	server, _, url := overSSH(t, signer)
	for _, address := range []string{strings.Replace(url, "git@", "alice@", 1), strings.Replace(url, "git@", "", 1)} {
		get(t, Request{Spec: Spec{URL: address, Ref: Reference{Branch: "main"}}, Secret: secret(pem, server)})
	}
	if got := strings.Join(server.Users, " "); got != "alice alice git git" {
		t.Errorf("users %s", got)
	}
}
