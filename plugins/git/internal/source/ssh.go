package source

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"

	"golang.org/x/crypto/ssh"

	"flux-host/plugins/git/internal/known"
	"flux-host/plugins/git/internal/remote"
)

const sshSecretHint = "the Secret of spec.secretRef needs the keys identity (private key) and known_hosts, and password when the private key has a passphrase"

// sshCredentials reads the keys that an SSH URL needs.
func sshCredentials(secret map[string][]byte) (remote.Credentials, error) {
	var none remote.Credentials
	identity := bytes.TrimSpace(secret["identity"])
	if len(identity) == 0 {
		return none, badSecret(errors.New("invalid 'ssh' auth option: 'identity' is required"), sshSecretHint)
	}
	if len(bytes.TrimSpace(secret["known_hosts"])) == 0 {
		return none, badSecret(errors.New("invalid 'ssh' auth option: 'known_hosts' is required"), sshSecretHint)
	}
	hosts, err := known.Parse(secret["known_hosts"])
	if err != nil {
		return none, badSecret(fmt.Errorf("invalid 'ssh' auth option: %w", err), "ssh-keyscan prints lines in the right form")
	}
	signer, err := privateKey(append(identity, '\n'), secret["password"])
	if err != nil {
		return none, err
	}
	return remote.Credentials{Signer: signer, Hosts: hosts}, nil
}

func privateKey(pem, password []byte) (ssh.Signer, error) {
	signer, err := ssh.ParsePrivateKey(pem)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, badSecret(fmt.Errorf("the SSH key in 'identity' cannot be read: %w", err), "it has to be a private key in PEM or OpenSSH format")
		}
		return signer, nil
	}
	if len(password) == 0 {
		return nil, badSecret(errors.New("SSH identity key is encrypted but no 'password' field was provided in the secret"), sshSecretHint)
	}
	signer, err = ssh.ParsePrivateKeyWithPassphrase(pem, password)
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, badSecret(errors.New("the 'password' does not open the SSH key in 'identity'"), sshSecretHint)
	}
	if err != nil {
		return nil, badSecret(fmt.Errorf("the encrypted SSH key in 'identity' cannot be read: %w", err), sshSecretHint)
	}
	return signer, nil
}
