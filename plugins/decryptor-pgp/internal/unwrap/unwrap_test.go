package unwrap

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
)

func newKey(t *testing.T) (*openpgp.Entity, string) {
	t.Helper()
	entity, err := openpgp.NewEntity("test", "", "test@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	return entity, armoured(t, openpgp.PrivateKeyType, func(w *bytes.Buffer) error { return entity.SerializePrivate(w, nil) })
}

func armoured(t *testing.T, kind string, write func(*bytes.Buffer) error) string {
	t.Helper()
	var plain, text bytes.Buffer
	if err := write(&plain); err != nil {
		t.Fatal(err)
	}
	w, err := armor.Encode(&text, kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func wrap(t *testing.T, entity *openpgp.Entity, dataKey []byte) string {
	t.Helper()
	return armoured(t, "PGP MESSAGE", func(out *bytes.Buffer) error {
		w, err := openpgp.Encrypt(out, []*openpgp.Entity{entity}, nil, &openpgp.FileHints{IsBinary: true}, nil)
		if err != nil {
			return err
		}
		if _, err := w.Write(dataKey); err != nil {
			return err
		}
		return w.Close()
	})
}

func request(enc, keys string) Request {
	var r Request
	r.Key.Enc, r.Key.Fingerprint, r.Secret.Keys = enc, "35C1A64C", []byte(keys)
	return r
}

func TestADataKeyIsUnwrappedWithAnyOfTheKeys(t *testing.T) {
	ours, key := newKey(t)
	_, other := newKey(t)
	dataKey := make([]byte, 32)
	if _, err := rand.Read(dataKey); err != nil {
		t.Fatal(err)
	}
	enc := wrap(t, ours, dataKey)
	for _, keys := range []string{key, other + "\n" + key, key + "\n" + other} {
		answer, err := Run(request(enc, keys))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(answer.DataKey, dataKey) {
			t.Fatal("it is another data key")
		}
	}
}

func TestWhatCannotBeUnwrappedSaysWhy(t *testing.T) {
	ours, key := newKey(t)
	_, other := newKey(t)
	enc := wrap(t, ours, make([]byte, 32))
	for _, c := range []struct{ name, enc, keys, says string }{
		{"another key", enc, other, "no private key for 35C1A64C"},
		{"no keys", enc, "", "there are no OpenPGP keys"},
		{"a damaged key", enc, key[:len(key)/2], "cannot be read"},
		{"no message", "nothing", key, "no armoured OpenPGP message"},
		{"nothing", "", key, "no wrapped data key"},
		{"a large message", wrap(t, ours, make([]byte, 4096)), key, "more than a data key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Run(request(c.enc, c.keys))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v", err)
			}
		})
	}
}
