package signature

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

var payload = []byte("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nmessage\n")

type signed struct{ signature, key, id string }

func openPGP(t *testing.T) signed {
	t.Helper()
	entity, err := openpgp.NewEntity("A", "", "a@example.com", nil)
	check(t, err)
	var signature, public bytes.Buffer
	check(t, openpgp.ArmoredDetachSign(&signature, entity, bytes.NewReader(payload), nil))
	writer, err := armor.Encode(&public, openpgp.PublicKeyType, nil)
	check(t, err)
	check(t, entity.Serialize(writer))
	check(t, writer.Close())
	return signed{signature.String(), public.String(), entity.PrimaryKey.KeyIdString()}
}

func sshKey(t *testing.T, space string) signed {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	signer, err := ssh.NewSignerFromKey(private)
	check(t, err)
	signature, err := sshsig.Sign(bytes.NewReader(payload), signer, sshsig.HashSHA512, space)
	check(t, err)
	return signed{string(sshsig.Armor(signature)), string(ssh.MarshalAuthorizedKey(signer.PublicKey())), ssh.FingerprintSHA256(signer.PublicKey())}
}

func TestTheKeyThatSignedIsNamed(t *testing.T) {
	for kind, each := range map[string]signed{"openpgp": openPGP(t), "ssh": sshKey(t, namespace)} {
		answer, err := Verify(Request{Type: kind, Signature: each.signature, Payload: payload, Keys: []string{"no key", each.key}})
		check(t, err)
		if answer.Key != each.id {
			t.Errorf("%s: %s instead of %s", kind, answer.Key, each.id)
		}
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	pgp, other, shell := openPGP(t), openPGP(t), sshKey(t, namespace)
	changed := append(bytes.Clone(payload), 'x')
	cases := map[string]struct {
		request Request
		want    string
	}{
		"another key ring": {Request{"openpgp", pgp.signature, payload, []string{other.key}}, "any of the given key rings: no matching key"},
		"a changed object": {Request{"openpgp", pgp.signature, changed, []string{pgp.key}}, "any of the given key rings: no matching key"},
		"no key ring":      {Request{"openpgp", pgp.signature, payload, []string{"text"}}, "unable to read armored key ring"},
		"another SSH key":  {Request{"ssh", shell.signature, payload, []string{sshKey(t, namespace).key}}, "any of the given authorized keys: no matching key"},
		"a changed commit": {Request{"ssh", shell.signature, changed, []string{shell.key}}, "any of the given authorized keys"},
		"another purpose":  {Request{"ssh", sshKey(t, "file").signature, payload, []string{shell.key}}, "any of the given authorized keys"},
		"unknown":          {Request{"x509", "-----BEGIN SIGNED MESSAGE-----", payload, nil}, "unsupported signature type: x509"},
		"nothing":          {Request{"ssh", "", payload, nil}, "signature is empty"},
	}
	for name, each := range cases {
		_, err := Verify(each.request)
		if err == nil || !strings.Contains(err.Error(), each.want) {
			t.Errorf("%s: %v instead of %s", name, err, each.want)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
