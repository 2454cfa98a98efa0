package signature

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// namespace keeps signatures of Git apart from those made for something else.
const namespace = "git"

// verifySSH tries every key of every file. A file that cannot be read counts only when none can.
func verifySSH(armoured string, payload []byte, files []string) (Response, error) {
	signature, err := sshsig.Unarmor([]byte(armoured))
	if err != nil {
		return Response{}, failed(fmt.Errorf("unable to unarmor SSH signature: %w", err), "")
	}
	var unreadable error
	var causes []error
	var tried []string
	read := 0
	for _, file := range files {
		keys, err := parseKeys(file)
		if err != nil {
			unreadable = cmpOr(unreadable, fmt.Errorf("unable to parse authorized keys: %w", err))
			continue
		}
		read++
		for _, key := range keys {
			err := sshsig.Verify(bytes.NewReader(payload), signature, key, signature.HashAlgorithm, namespace)
			if err == nil {
				return Response{Key: ssh.FingerprintSHA256(key)}, nil
			}
			tried = append(tried, ssh.FingerprintSHA256(key))
			if !slices.ContainsFunc(causes, func(known error) bool { return errors.Is(known, err) }) {
				causes = append(causes, err)
			}
		}
	}
	if read == 0 && unreadable != nil {
		return Response{}, failed(unreadable, "each line is a public key as in ~/.ssh/authorized_keys")
	}
	all := errors.Join(append([]error{errors.New("no matching key")}, causes...)...)
	hint := fmt.Sprintf("it was signed with key %s; trusted are: %s", ssh.FingerprintSHA256(signature.PublicKey), list(tried))
	return Response{}, failed(fmt.Errorf("unable to verify payload with any of the given authorized keys: %w", all), hint)
}

// parseKeys reads a file in the format of authorized_keys. A line that is none ends it: leaving it out would hide a mistake.
func parseKeys(file string) ([]ssh.PublicKey, error) {
	var keys []ssh.PublicKey
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
		if err != nil {
			return nil, fmt.Errorf("unable to parse authorized key: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func list(fingerprints []string) string {
	if len(fingerprints) == 0 {
		return "no keys at all"
	}
	return strings.Join(fingerprints, ", ")
}
