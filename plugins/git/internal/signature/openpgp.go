package signature

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// verifyPGP tries every key ring. One that cannot be read counts only when none can, so that it does not hide a failure of the others.
func verifyPGP(signature string, payload []byte, rings []string) (Response, error) {
	var unreadable, last error
	read := 0
	for _, text := range rings {
		ring, err := openpgp.ReadArmoredKeyRing(strings.NewReader(text))
		if err != nil {
			unreadable = cmpOr(unreadable, fmt.Errorf("unable to read armored key ring: %w", err))
			continue
		}
		read++
		signer, err := openpgp.CheckArmoredDetachedSignature(ring, bytes.NewReader(payload), strings.NewReader(signature), nil)
		if err == nil {
			return Response{Key: signer.PrimaryKey.KeyIdString()}, nil
		}
		if last == nil || errors.Is(last, pgperrors.ErrUnknownIssuer) {
			last = err
		}
	}
	if read == 0 && unreadable != nil {
		return Response{}, failed(unreadable, "export the key with gpg --armor --export")
	}
	return Response{}, failed(errors.New("unable to verify payload with any of the given key rings: no matching key"), explainPGP(signature, last))
}

// explainPGP says why, for the hint: Flux's own words stay the same for every cause.
func explainPGP(signature string, cause error) string {
	id := issuer(signature)
	switch {
	case cause == nil || errors.Is(cause, pgperrors.ErrUnknownIssuer):
		if id == "" {
			return "the signature does not say which key it was made with"
		}
		return fmt.Sprintf("it was signed with key %s, which is in none of the key rings: add it to the Secret if you trust it", id)
	case id != "":
		return fmt.Sprintf("it was signed with key %s: %v", id, cause)
	}
	return cause.Error()
}

// issuer is the ID of the key that a signature names; empty when there is none or it cannot be read.
func issuer(signature string) string {
	block, err := armor.Decode(strings.NewReader(signature))
	if err != nil {
		return ""
	}
	next, err := packet.Read(block.Body)
	if err != nil {
		return ""
	}
	if signed, ok := next.(*packet.Signature); ok && signed.IssuerKeyId != nil {
		return fmt.Sprintf("%016X", *signed.IssuerKeyId)
	}
	return ""
}

func cmpOr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
