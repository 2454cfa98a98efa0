package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

func TestSignature(t *testing.T) {
	body, token := []byte(`{"a":1}`), []byte("s3cret")
	mac := hmac.New(sha256.New, token)
	mac.Write(body)
	right := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	for signature, accepted := range map[string]bool{right: true, "sha256=00": false, "": false} {
		_, err := check(request{
			Headers: map[string][]string{"x-signature": {signature}},
			Body:    body,
			Secret:  map[string][]byte{"token": token},
		})
		if (err == nil) != accepted {
			t.Errorf("signature %q: got %v", signature, err)
		}
	}
}
